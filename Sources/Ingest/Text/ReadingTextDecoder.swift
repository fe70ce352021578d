package import TelemetryCore

/// Texts of many readings, as they come over HTTP: JSON, NDJSON, CSV, line protocol. One pass; one bad line refuses
/// only itself.
///
/// `indices` of the result count readings from 0: elements of an array, lines that are neither blank nor a comment (nor
/// ledger or gap of our own export), of a table those below the header. At most `Limits.textLinesMax` of them; what
/// follows is refused as one. A value: any thread; copies share what they have hinted at, so keep one.
package struct ReadingTextDecoder: Sendable {
    package struct Origin: Hashable, Sendable {
        /// nil: each reading names its machine itself. Otherwise JSON may name what it likes, as it may under a topic;
        /// a line of another format that names another machine is refused.
        package var machine: MachineID?
        package var received: Timestamp
        /// Of the timestamps of line protocol.
        package var precision: LineProtocolPrecision

        package init(machine: MachineID?, received: Timestamp, precision: LineProtocolPrecision = .nanoseconds) {
            self.machine = machine
            self.received = received
            self.precision = precision
        }
    }

    private let payloads = PayloadDecoder()
    private let linesMax: Int

    package init() {
        self.init(linesMax: Limits.textLinesMax)
    }

    /// `linesMax`: for tests.
    init(linesMax: Int) {
        self.linesMax = linesMax
    }

    /// Readings and every single refusal of `body`. Never traps, whatever the bytes are. How large a body may be is the
    /// caller's to say; a JSON value or line has at most `Limits.payloadBytesMax`.
    package func decode(
        _ body: ArraySlice<UInt8>, as format: ReadingTextFormat, from origin: Origin
    ) -> DecodedPayload {
        var result = DecodedPayload(refusalsMax: .max)
        let text = body.droppingByteOrderMark()
        switch format {
        case .json: self.json(text, origin, &result)
        case .ndjson: self.lines(text, origin, &result) { self.jsonLine($0, index: $1, origin, &$2) }
        case .csv: self.table(text, origin, &result)
        case .lineProtocol: self.lines(text, origin, &result) { self.influxLine($0, index: $1, origin, &$2) }
        }
        if result.readings.isEmpty, result.refusals.isEmpty {
            result.refuse(.noNumber, "there is no reading in it", machine: origin.machine)
        }
        return result
    }

    private func payloadOrigin(_ origin: Origin) -> PayloadDecoder.Origin {
        guard let machine = origin.machine else { return PayloadDecoder.Origin(received: origin.received) }
        return PayloadDecoder.Origin(machine: machine, received: origin.received)
    }

    private func json(_ text: ArraySlice<UInt8>, _ origin: Origin, _ result: inout DecodedPayload) {
        // Several lines that are objects of their own: NDJSON under the name of JSON.
        let rest = text.drop(while: \.isJSONWhitespace)
        if let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")), rest.first == UInt8(ascii: "{"),
            (try? JSONParser.parse(rest[..<lineEnd].prefix(Limits.payloadBytesMax))) != nil
        {
            return self.lines(rest, origin, &result) { self.jsonLine($0, index: $1, origin, &$2) }
        }
        self.payloads.decode(text, from: self.payloadOrigin(origin), into: &result)
    }

    private func jsonLine(_ line: ArraySlice<UInt8>, index: Int, _ origin: Origin, _ result: inout DecodedPayload) {
        var one = DecodedPayload()
        self.payloads.decode(line, from: self.payloadOrigin(origin), into: &one)
        result.absorb(one, index: index)
    }

    private func influxLine(_ line: ArraySlice<UInt8>, index: Int, _ origin: Origin, _ result: inout DecodedPayload) {
        let hasMachine = origin.machine != nil
        let row = LineProtocolParser.row(line, precision: origin.precision, hasMachine: hasMachine)
        self.take(row, index: index, origin, &result)
    }

    /// Calls `body` with each line that is neither blank nor a comment, and its number.
    private func lines(
        _ text: ArraySlice<UInt8>, _ origin: Origin, _ result: inout DecodedPayload,
        _ body: (ArraySlice<UInt8>, Int, inout DecodedPayload) -> Void
    ) {
        var rest = text
        var index = 0
        while !rest.isEmpty {
            let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let line = rest[..<lineEnd].trimmingJSONWhitespace()
            let isNothing = line.isEmpty || line.first == UInt8(ascii: "#") || Self.isTrailer(line)
            if !isNothing, index >= self.linesMax {
                return self.refuseRest(rest, index: index, origin, &result)
            }
            rest = rest[lineEnd...].dropFirst()
            if isNothing { continue }
            if line.count > Limits.textLineBytesMax {
                let remedy = "a line of \(line.count) bytes, \(Limits.textLineBytesMax) are allowed"
                result.refuse(index: index, .tooLarge, remedy, machine: origin.machine)
            } else {
                body(line, index, &result)
            }
            index += 1
        }
    }

    /// The lines that our own export adds below the readings.
    static func isTrailer(_ line: ArraySlice<UInt8>) -> Bool {
        line.starts(with: #"{"ledger":{"#.utf8) || line.starts(with: #"{"gap":{"#.utf8)
    }

    private func refuseRest(
        _ rest: ArraySlice<UInt8>, index: Int, _ origin: Origin, _ result: inout DecodedPayload
    ) {
        let remedy = "more than \(self.linesMax) lines; send the rest in a request of its own"
        let count = rest.split(separator: UInt8(ascii: "\n")).count { !$0.trimmingJSONWhitespace().isEmpty }
        result.refuse(index: index, .tooLarge, remedy, machine: origin.machine, count: max(1, count))
    }

    private func table(_ text: ArraySlice<UInt8>, _ origin: Origin, _ result: inout DecodedPayload) {
        let scanner = CSVScanner(header: text)
        var record = CSVRecord()
        var plan: ColumnPlan?
        var rest = text
        var index = 0
        while !rest.isEmpty {
            let before = rest
            let outcome = scanner.next(rest, isLast: true, into: &record)
            var refusal: ReadingMembers.Refusal?
            switch outcome {
            case .record(let end): rest = rest[end...]
            case .refused(let reason, let end): (refusal, rest) = (reason, rest[end...])
            case .incomplete: return assertionFailure("nothing follows the body")
            }
            if refusal == nil, record.isBlank || record[0].first == UInt8(ascii: "#") { continue }
            if plan == nil {
                do throws(ReplayFailure) {
                    if let refusal { throw ReplayFailure(refusal.remedy) }
                    plan = try ColumnPlan(header: record, hasDecimalComma: scanner.hasDecimalComma)
                } catch {
                    return result.refuse(.badSchema, error.description, machine: origin.machine)
                }
                continue
            }
            if index >= self.linesMax { return self.refuseRest(before, index: index, origin, &result) }
            if let refusal {
                result.refuse(index: index, refusal.reason, refusal.remedy, machine: origin.machine)
            } else if let row = plan?.row(record) {
                self.take(row, index: index, origin, &result)
            }
            index += 1
        }
    }

    private func take(_ row: ReadingRow, index: Int, _ origin: Origin, _ result: inout DecodedPayload) {
        let machine = origin.machine ?? row.machine
        if let refusal = row.refusal {
            return result.refuse(index: index, refusal.reason, refusal.remedy, machine: machine)
        }
        guard let machine else {
            return result.refuse(index: index, .badMachineName, "which machine? Name it in a column or tag `machine`")
        }
        if let named = row.machine, named != machine {
            let remedy = "the line is of machine `\(named)`, the address of `\(machine)`"
            return result.refuse(index: index, .badMachineName, remedy, machine: machine)
        }
        let reading = row.reading(of: machine, received: origin.received)
        result.take(reading, index: index)
        self.payloads.hint(reading, index: index, in: &result)
    }
}
