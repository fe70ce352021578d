import TelemetryCore

/// A recording that is open, and whose form is known: a table, or a JSON object per line.
package struct ReplayRecording: Sendable {
    package let options: ReplayOptions
    let file: RecordingFile
    let decoder: RecordingDecoder
    /// Where the first line after the header begins.
    let dataStart: Int
    /// Whose all readings are; nil: the lines say it.
    let machine: MachineID?
    /// Time between two readings of a machine; nil: by the times in the recording.
    let interval: Duration?

    /// Opens the file and reads its header. Blocks for a chunk of it. The error is one line, without the file's name.
    package init(_ options: ReplayOptions) throws(ReplayFailure) {
        self.options = options
        let file = try RecordingFile(path: options.path)
        self.file = file
        var start: [UInt8] = []
        try file.append(Limits.replayChunkBytes, at: 0, to: &start)
        let text = start[...].droppingByteOrderMark()
        guard let first = text.first(where: { !$0.isJSONWhitespace }) else { throw ReplayFailure("it is empty") }
        let textStart = start.count - text.count
        if first == UInt8(ascii: "{") {
            guard options.mapping.isEmpty else { throw ReplayFailure("it has JSON lines; a mapping is for tables") }
            self.decoder = RecordingDecoder(objectsOf: options.machine)
            self.dataStart = textStart
            self.machine = options.machine
            self.interval = options.interval
            return
        }
        let scanner = CSVScanner(header: Self.withoutComments(text))
        var lines = RecordingLines(file: file, scanner: scanner, from: textStart)
        var header: RecordingLines.Line?
        while let line = try lines.next() {
            if line.refusal == nil, lines.record.isBlank || lines.bytes.first == UInt8(ascii: "#") { continue }
            header = line
            break
        }
        guard let header else { throw ReplayFailure("it has no header line") }
        if let refusal = header.refusal { throw ReplayFailure(refusal.remedy) }
        let plan = try ColumnPlan(
            header: lines.record, mapping: options.mapping, hasDecimalComma: scanner.hasDecimalComma)
        self.decoder = RecordingDecoder(scanner: scanner, plan: plan)
        self.dataStart = header.offset + header.length
        self.machine = plan.hasMachine ? options.machine : try Self.machine(options)
        self.interval = options.interval ?? (plan.hasTimestamp ? nil : Limits.replayIntervalDefault)
    }

    private static func withoutComments(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while let first = rest.first, first == UInt8(ascii: "#") || first.isJSONWhitespace {
            guard let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) else { return rest }
            rest = rest[(lineEnd + 1)...]
        }
        return rest
    }

    /// The given name, or the file's without its extension.
    private static func machine(_ options: ReplayOptions) throws(ReplayFailure) -> MachineID {
        if let machine = options.machine { return machine }
        let name = options.fileName.prefix { $0 != "." }
        if let machine = MachineID(String(name)) { return machine }
        throw ReplayFailure("it names no machine; add machine=NAME, or map a column to machine")
    }
}
