package import TelemetryCore

/// Payloads to readings (interface section 3): an object, an array of objects, `{"ts":…,"values":{…}}`, one number.
///
/// A value: any thread. `FlatObjectScanner` reads the common form, `JSONParser` and `ReadingMembers` the
/// rest.
package struct PayloadDecoder: Sendable {
    /// What every reading of a payload has in common.
    package struct Origin: Hashable, Sendable {
        /// nil: each object names its machine itself. Otherwise what it names is not looked at.
        package var machine: MachineID?
        package var received: Timestamp
        /// An MQTT retained message.
        package var isRetained: Bool

        /// Each object names its machine itself.
        package init(received: Timestamp) {
            self.machine = nil
            self.received = received
            self.isRetained = false
        }

        package init(machine: MachineID, received: Timestamp, isRetained: Bool = false) {
            self.machine = machine
            self.received = received
            self.isRetained = isRetained
        }
    }

    private let uncharted: UnchartedNames

    /// Copies share what they have hinted at: make one for each source and keep it.
    package init() {
        self.uncharted = UnchartedNames()
    }

    /// Appends readings and refusals of a JSON payload to `result`. Never traps, whatever the bytes are.
    package func decode(_ payload: ArraySlice<UInt8>, from origin: Origin, into result: inout DecodedPayload) {
        let start = result.readings.count
        self.decodeWithoutHints(payload, from: origin, into: &result)
        self.hint(from: start, in: &result)
    }

    func decodeWithoutHints(_ payload: ArraySlice<UInt8>, from origin: Origin, into result: inout DecodedPayload) {
        guard payload.count <= Limits.payloadBytesMax else { return Self.refuseTooLarge(payload.count, in: &result) }
        // RFC 8259, section 8.1: a byte order mark may be ignored. Programs on Windows write one.
        let text = payload.droppingByteOrderMark()
        if self.scanFlat(text, from: origin, into: &result) { return }
        self.decodeGeneral(text, from: origin, into: &result)
    }

    private func hint(from start: Int, in result: inout DecodedPayload) {
        for place in start..<result.readings.count where UnchartedNames.mayHave(result.readings[place].metrics) {
            self.hint(result.readings[place], index: result.indices[place], in: &result)
        }
    }

    /// Says whether a metric of the reading may have been meant as another.
    func hint(_ reading: Reading, index: Int, in result: inout DecodedPayload) {
        self.uncharted.look(at: reading, index: index, into: &result)
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
        guard let machine = origin.machine else { return Self.refuseNameless(index: 0, in: &result) }
        let text = payload.droppingByteOrderMark().trimmingJSONWhitespace()
        if NotFiniteWord.begins(text) {
            return result.refuse(.notFinite, "a metric must be a number; send nothing when the value is not known")
        }
        guard let number = text.decimalNumber else {
            let remedy = "the payload of this topic is one number as text, like 1480.5; JSON goes to …/telemetry"
            return result.refuse(.noNumber, remedy)
        }
        guard number.isFinite else {
            return result.refuse(.notFinite, "the number is beyond the range of a double")
        }
        var metrics = Metrics()
        metrics.set(metric, number)
        let start = result.readings.count
        result.take(origin.reading(of: machine, metrics, timestamp: nil))
        self.hint(from: start, in: &result)
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

    /// The fast way and its hints: true when all of `payload` was read; else `result` is as it was, and
    /// ``decode(_:from:into:)`` knows why. At most `Limits.payloadBytesMax` bytes, only read during the call.
    func decodeFast(
        _ payload: UnsafeBufferPointer<UInt8>, from origin: Origin, into result: inout DecodedPayload
    ) -> Bool {
        let start = result.readings.count
        guard Self.scan(payload, from: origin, into: &result) else { return false }
        self.hint(from: start, in: &result)
        return true
    }

    /// The fast way without hints.
    func scanFlat(_ payload: ArraySlice<UInt8>, from origin: Origin, into result: inout DecodedPayload) -> Bool {
        payload.withUnsafeBufferPointer { Self.scan($0, from: origin, into: &result) }
    }

    private static func scan(
        _ payload: UnsafeBufferPointer<UInt8>, from origin: Origin, into result: inout DecodedPayload
    ) -> Bool {
        let countBefore = result.readings.count
        guard var scanner = FlatObjectScanner(payload) else { return false }
        scanner.skipWhitespace()
        if scanner.skip("[") {
            repeat {
                scanner.skipWhitespace()
                guard let flat = scanner.object(), let machine = origin.machine(named: flat.machine) else {
                    result.removeReadings(from: countBefore)
                    return false
                }
                let reading = origin.reading(of: machine, flat.metrics, timestamp: flat.timestamp)
                result.take(reading, index: result.readings.count - countBefore)
                scanner.skipWhitespace()
            } while scanner.skip(",")
            guard scanner.skip("]") else {
                result.removeReadings(from: countBefore)
                return false
            }
        } else {
            guard let flat = scanner.object(), let machine = origin.machine(named: flat.machine) else { return false }
            result.take(origin.reading(of: machine, flat.metrics, timestamp: flat.timestamp))
        }
        scanner.skipWhitespace()
        if scanner.isAtEnd { return true }
        result.removeReadings(from: countBefore)
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
            return result.refuse(index: index, .notAnObject, remedy, machine: origin.machine)
        }
        do throws(ReadingMembers.Refusal) {
            let taken = try ReadingMembers(members)
            guard let machine = origin.machine(named: taken.machine) else {
                return Self.refuseNameless(index: index, in: &result)
            }
            var reading = origin.reading(of: machine, taken.metrics, timestamp: taken.timestamp)
            if !taken.units.isEmpty { reading.units = taken.units }
            result.take(reading, index: index)
        } catch {
            result.refuse(index: index, error.reason, error.remedy, machine: origin.machine)
        }
    }

    private static func refuseNameless(index: Int, in result: inout DecodedPayload) {
        let remedy = "which machine? Name it, like {\"machine\":\"press1\",\"rpm\":1480.2}, with A-Z a-z 0-9 . _ -"
        result.refuse(index: index, .badMachineName, remedy)
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
    /// Whose a reading is that names this machine, or none.
    fileprivate func machine(named name: UnsafeBufferPointer<UInt8>?) -> MachineID? {
        if let machine = self.machine { return machine }
        guard let name, name.count <= TelemetryCore.Limits.machineNameBytesMax else { return nil }
        return MachineID(String(decoding: name, as: UTF8.self))
    }

    fileprivate func machine(named value: JSONValue?) -> MachineID? {
        if let machine = self.machine { return machine }
        guard case .string(let name) = value else { return nil }
        return MachineID(name)
    }

    fileprivate func reading(of machine: MachineID, _ metrics: Metrics, timestamp: Timestamp?) -> Reading {
        Reading(
            machine: machine,
            timestamp: timestamp,
            received: self.received,
            metrics: metrics,
            isRetained: self.isRetained
        )
    }
}
