import TelemetryCore

/// The lines of a recording from its start to its end, each with its place. Memory: a chunk and a line.
struct RecordingLines {
    struct Line {
        let offset: Int
        let length: Int
        /// Of a line that could not be cut.
        let refusal: ReadingMembers.Refusal?
    }

    private let file: RecordingFile
    /// nil: lines end where they end.
    private let scanner: CSVScanner?
    private var buffer: [UInt8] = []
    /// Of the first byte in `buffer` within the file.
    private var offset: Int
    private var position = 0
    private var isAtEnd = false
    /// What comes up to the next line break belongs to a line that was refused.
    private var isSkipping = false
    /// The bytes of the last line, until the next.
    private(set) var bytes: ArraySlice<UInt8> = []
    /// The fields of the last line of a table.
    private(set) var record = CSVRecord()

    init(file: RecordingFile, scanner: CSVScanner?, from offset: Int) {
        self.file = file
        self.scanner = scanner
        self.offset = offset
    }

    /// nil at the end. Blocks for a chunk at most.
    mutating func next() throws(ReplayFailure) -> Line? {
        while true {
            if self.position >= self.buffer.count {
                if self.isAtEnd { return nil }
                try self.fill()
                continue
            }
            if self.isSkipping {
                guard let lineEnd = self.buffer[self.position...].firstIndex(of: UInt8(ascii: "\n")) else {
                    self.position = self.buffer.count
                    continue
                }
                self.position = lineEnd + 1
                self.isSkipping = false
                continue
            }
            switch self.cut() {
            case .incomplete: try self.fill()
            case .record(let end): return self.take(to: end, nil)
            case .refused(let refusal, let end):
                self.isSkipping = self.buffer[end - 1] != UInt8(ascii: "\n")
                return self.take(to: end, refusal)
            }
        }
    }

    private mutating func cut() -> CSVScanner.Outcome {
        let bytes = self.buffer[self.position...]
        if let scanner { return scanner.next(bytes, isLast: self.isAtEnd, into: &self.record) }
        let lineEnd = bytes.firstIndex(of: UInt8(ascii: "\n"))
        let end = lineEnd.map { $0 + 1 } ?? bytes.endIndex
        if end - bytes.startIndex > Limits.textLineBytesMax {
            let remedy = "a line is longer than \(Limits.textLineBytesMax) bytes"
            return .refused(ReadingMembers.Refusal(reason: .tooLarge, remedy: remedy), end: end)
        }
        return lineEnd != nil || self.isAtEnd ? .record(end: end) : .incomplete
    }

    private mutating func take(to end: Int, _ refusal: ReadingMembers.Refusal?) -> Line {
        let line = Line(offset: self.offset + self.position, length: end - self.position, refusal: refusal)
        self.bytes = self.buffer[self.position..<end]
        self.position = end
        return line
    }

    private mutating func fill() throws(ReplayFailure) {
        // Before the buffer is changed: else it would be copied.
        self.bytes = []
        self.buffer.removeSubrange(..<self.position)
        self.offset += self.position
        self.position = 0
        let before = self.buffer.count
        let next = self.offset + before
        try self.file.append(Limits.replayChunkBytes, at: next, to: &self.buffer)
        self.isAtEnd = self.buffer.count == before
    }
}
