package import TelemetryCore

/// Payloads to readings (interface section 3): an object, an array of objects, `{"ts":…,"values":{…}}`, one number.
///
/// A value without state: any thread. `FlatObjectScanner` reads the common form, `JSONParser` and `ReadingMembers` the
/// rest.
package struct PayloadDecoder: Sendable {
    /// What every reading of a payload has in common.
    package struct Origin: Hashable, Sendable {
        package var machine: MachineID
        package var received: Timestamp
        /// An MQTT retained message.
        package var isRetained: Bool

        package init(machine: MachineID, received: Timestamp, isRetained: Bool = false) {
            self.machine = machine
            self.received = received
            self.isRetained = isRetained
        }
    }

    package init() {}

    /// Appends readings and refusals of a JSON payload to `result`. Never traps, whatever the bytes are.
    package func decode(_ payload: ArraySlice<UInt8>, from origin: Origin, into result: inout DecodedPayload) {
        guard payload.count <= Limits.payloadBytesMax else { return Self.refuseTooLarge(payload.count, in: &result) }
        if self.scanFlat(payload, from: origin, into: &result) { return }
        self.decodeGeneral(payload, from: origin, into: &result)
    }

    /// Appends the reading or the refusal of a payload that is one number as text, for example `1480.5`.
    ///
    /// More liberal than JSON, since this is what `printf` in small devices writes: a `+`, zeros in front, `5.` and
    /// `.5` are taken, and white space around it.
    package func decodeScalar(
        _ payload: ArraySlice<UInt8>,
        metric: MetricName,
        from origin: Origin,
        into result: inout DecodedPayload
    ) {
        guard payload.count <= Limits.payloadBytesMax else { return Self.refuseTooLarge(payload.count, in: &result) }
        let text = payload.trimmingJSONWhitespace()
        if NotFiniteWord.begins(text) {
            return result.refuse(.notFinite, "a metric must be a number; send nothing when the value is not known")
        }
        guard text.isDecimalNumber, let number = Double(String(decoding: text, as: UTF8.self)) else {
            let remedy = "the payload of this topic is one number as text, like 1480.5; JSON goes to …/telemetry"
            return result.refuse(.noNumber, remedy)
        }
        guard number.isFinite else {
            return result.refuse(.notFinite, "the number is beyond the range of a double")
        }
        var metrics = Metrics()
        metrics.set(metric, number)
        result.readings.append(origin.reading(metrics, timestamp: nil))
    }

    /// True for `online`, false for `offline` (any case, white space around it), nil for anything else.
    package func decodeStatus(_ payload: ArraySlice<UInt8>) -> Bool? {
        let text = payload.trimmingJSONWhitespace()
        guard text.count <= 7 else { return nil }
        let lower = text.map { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") ? $0 | 0x20 : $0 }[...]
        if lower.spells("online") { return true }
        return lower.spells("offline") ? false : nil
    }

    private static func refuseTooLarge(_ count: Int, in result: inout DecodedPayload) {
        let limit = Limits.payloadBytesMax
        result.refuse(.tooLarge, "the payload has \(count) bytes, \(limit) are allowed; send fewer readings at once")
    }

    /// The fast way: true when all of `payload` was read; else `result` is as it was.
    func scanFlat(_ payload: ArraySlice<UInt8>, from origin: Origin, into result: inout DecodedPayload) -> Bool {
        let countBefore = result.readings.count
        var scanner = FlatObjectScanner(payload)
        scanner.skipWhitespace()
        if scanner.skip("[") {
            repeat {
                scanner.skipWhitespace()
                guard let flat = scanner.object() else {
                    result.readings.removeSubrange(countBefore...)
                    return false
                }
                result.readings.append(origin.reading(flat.metrics, timestamp: flat.timestamp))
                scanner.skipWhitespace()
            } while scanner.skip(",")
            guard scanner.skip("]") else {
                result.readings.removeSubrange(countBefore...)
                return false
            }
        } else {
            guard let flat = scanner.object() else { return false }
            result.readings.append(origin.reading(flat.metrics, timestamp: flat.timestamp))
        }
        scanner.skipWhitespace()
        if scanner.isAtEnd { return true }
        result.readings.removeSubrange(countBefore...)
        return false
    }

    /// The general way, which also knows what is wrong. A syntax error refuses the whole payload, a bad element of an
    /// array only itself.
    func decodeGeneral(_ payload: ArraySlice<UInt8>, from origin: Origin, into result: inout DecodedPayload) {
        let value: JSONValue
        do {
            value = try JSONParser.parse(payload)
        } catch {
            return Self.refuse(error, isEmpty: payload.trimmingJSONWhitespace().isEmpty, in: &result)
        }
        switch value {
        case .array(let elements) where elements.isEmpty:
            result.refuse(.noNumber, "the array is empty; leave the message out")
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                self.take(element, index: index, from: origin, into: &result)
            }
        default:
            self.take(value, index: 0, from: origin, into: &result)
        }
    }

    private func take(_ value: JSONValue, index: Int, from origin: Origin, into result: inout DecodedPayload) {
        guard case .object(let members) = value else {
            let remedy = "a reading is an object like {\"rpm\":1480.2}, this is \(value.kind)"
            return result.refuse(index: index, .notAnObject, remedy)
        }
        do throws(ReadingMembers.Refusal) {
            let reading = try ReadingMembers(members)
            result.readings.append(origin.reading(reading.metrics, timestamp: reading.timestamp))
        } catch {
            result.refuse(index: index, error.reason, error.remedy)
        }
    }

    private static func refuse(_ failure: JSONParser.Failure, isEmpty: Bool, in result: inout DecodedPayload) {
        switch failure {
        case .syntax where isEmpty:
            result.refuse(.notJSON, "the payload is empty; send an object like {\"rpm\":1480.2}")
        case .syntax(let position, let expected):
            result.refuse(.notJSON, "no JSON: at byte \(position) expected \(expected)")
        case .tooDeep:
            result.refuse(.tooDeep, "nested deeper than \(Limits.depthMax); send a flat object like {\"rpm\":1480.2}")
        case .notFinite:
            result.refuse(.notFinite, "NaN and infinity are no JSON numbers; leave out a value that is not known")
        }
    }
}

extension PayloadDecoder.Origin {
    fileprivate func reading(_ metrics: Metrics, timestamp: Timestamp?) -> Reading {
        Reading(
            machine: self.machine,
            timestamp: timestamp,
            received: self.received,
            metrics: metrics,
            isRetained: self.isRetained
        )
    }
}

extension ArraySlice<UInt8> {
    fileprivate func trimmingJSONWhitespace() -> Self {
        var slice = self.drop(while: \.isJSONWhitespace)
        while slice.last?.isJSONWhitespace == true { slice.removeLast() }
        return slice
    }

    /// `[+-]? digits [. digits] [e [+-] digits]` with at least one digit before the exponent. Keeps what else
    /// `Double.init` takes ("0x1p3", "nan") out.
    fileprivate var isDecimalNumber: Bool {
        var rest = self
        func dropDigits() -> Bool {
            let before = rest.count
            rest = rest.drop(while: \.isDigit)
            return rest.count < before
        }
        func dropOne(of first: Unicode.Scalar, _ second: Unicode.Scalar) -> Bool {
            guard let byte = rest.first, byte == UInt8(ascii: first) || byte == UInt8(ascii: second) else {
                return false
            }
            rest.removeFirst()
            return true
        }
        _ = dropOne(of: "+", "-")
        let hasInteger = dropDigits()
        let hasFraction = dropOne(of: ".", ".") && dropDigits()
        guard hasInteger || hasFraction else { return false }
        if dropOne(of: "e", "E") {
            _ = dropOne(of: "+", "-")
            guard dropDigits() else { return false }
        }
        return rest.isEmpty
    }
}
