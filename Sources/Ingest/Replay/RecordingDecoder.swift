import TelemetryCore

/// The lines of a recording as rows: a table by its header, or a JSON object per line.
struct RecordingDecoder {
    private enum Form {
        case table(CSVScanner, ColumnPlan)
        /// `nil`: each object names its machine.
        case objects(MachineID?)
    }

    private var form: Form
    private let payloads = PayloadDecoder()
    private var record = CSVRecord()
    private var decoded = DecodedPayload()

    /// Lines give their time (of objects: they may).
    let hasTimestamp: Bool
    /// Lines name their machine (of objects: they may).
    let hasMachine: Bool

    init(scanner: CSVScanner, plan: ColumnPlan) {
        self.form = .table(scanner, plan)
        self.hasTimestamp = plan.hasTimestamp
        self.hasMachine = plan.hasMachine
    }

    /// A JSON object per line; all of this machine, or (`nil`) of the one it names.
    init(objectsOf machine: MachineID?) {
        self.form = .objects(machine)
        self.hasTimestamp = true
        self.hasMachine = true
    }

    var scanner: CSVScanner? {
        if case .table(let scanner, _) = self.form { scanner } else { nil }
    }

    /// The row of the line that `lines` gave last; nil when nothing is on it.
    mutating func row(_ lines: RecordingLines) -> ReadingRow? {
        switch self.form {
        case .table: self.row(lines.record, lines.bytes)
        case .objects(let machine): self.row(object: lines.bytes, machine)
        }
    }

    /// The row of a whole line that was cut before; nil when nothing is on it.
    mutating func row(_ line: ArraySlice<UInt8>) -> ReadingRow? {
        switch self.form {
        case .table(let scanner, _):
            guard case .record = scanner.next(line, isLast: true, into: &self.record) else { return nil }
            return self.row(self.record, line)
        case .objects(let machine):
            return self.row(object: line, machine)
        }
    }

    private mutating func row(_ record: CSVRecord, _ line: ArraySlice<UInt8>) -> ReadingRow? {
        guard !record.isBlank, line.first != UInt8(ascii: "#"), case .table(let scanner, var plan) = self.form else {
            return nil
        }
        let row = plan.row(record)
        self.form = .table(scanner, plan)
        return row
    }

    private mutating func row(object line: ArraySlice<UInt8>, _ machine: MachineID?) -> ReadingRow? {
        let text = line.trimmingJSONWhitespace()
        guard !text.isEmpty, !ReadingTextDecoder.isTrailer(text) else { return nil }
        self.decoded.removeAll()
        var origin = PayloadDecoder.Origin(received: Self.noTime)
        origin.machine = machine
        // Each line is read twice: the hints are for `hints(at:)`.
        self.payloads.decodeWithoutHints(text, from: origin, into: &self.decoded)
        var row = ReadingRow()
        if let reading = self.decoded.readings.first, self.decoded.readings.count == 1 {
            row.machine = reading.machine
            row.timestamp = reading.hasSourceTime ? reading.timestamp : nil
            row.metrics = reading.metrics
            row.units = reading.units
        } else if let refusal = self.decoded.refusals.first {
            row.refuse(refusal.reason, refusal.remedy)
        } else {
            row.refuse(.notAnObject, "a recording has one object per line")
        }
        return row
    }

    /// What might have been meant otherwise in a reading that is taken.
    mutating func hints(at reading: Reading) -> [DecodedPayload.Refusal] {
        self.decoded.removeAll()
        self.payloads.hint(reading, index: 0, in: &self.decoded)
        return self.decoded.hints
    }

    /// Stands in for the time of receipt, which nobody looks at.
    private static let noTime = Timestamp(milliseconds: 0)
}
