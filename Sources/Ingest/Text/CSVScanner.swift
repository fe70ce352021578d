import TelemetryCore

/// Cuts a table into lines and fields (RFC 4180): quoted fields may hold the delimiter, line breaks and doubled quotes.
///
/// Also taken: LF or CR LF; `;` and tab as delimiters. A value; the bytes are the caller's.
struct CSVScanner {
    enum Outcome: Hashable {
        /// A line, and where the next one starts.
        case record(end: Int)
        /// The bytes end within the line, and there is more to come.
        case incomplete
        /// No line: go on at `end`, behind the next line break. When there is none in the bytes, `end` is theirs, and
        /// what comes up to the next one belongs to the refused line.
        case refused(ReadingMembers.Refusal, end: Int)
    }

    private enum FieldEnd {
        case delimiter, line, bytes
    }

    let delimiter: UInt8

    /// The delimiter that the header line has most of, outside of quotes: `,`, `;` or tab. Of none: `,`.
    init(header: ArraySlice<UInt8>) {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in header {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: "\n"), !isQuoted { break }
            if !isQuoted, Self.delimiters.contains(byte) { counts[byte, default: 0] += 1 }
        }
        // The first of the three where two are equal.
        self.delimiter = Self.delimiters.max { counts[$0, default: 0] < counts[$1, default: 0] } ?? UInt8(ascii: ",")
    }

    private static let delimiters = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

    /// In tables with `;`, and only there, `12,5` is a number.
    var hasDecimalComma: Bool { self.delimiter == UInt8(ascii: ";") }

    /// Reads the line at the start of `bytes`, which is not empty, into `record`. `isLast`: nothing follows `bytes`.
    func next(_ bytes: ArraySlice<UInt8>, isLast: Bool, into record: inout CSVRecord) -> Outcome {
        record.removeAll()
        let window = bytes.prefix(Limits.textLineBytesMax + 1)
        var index = window.startIndex
        while true {
            let end: FieldEnd?
            if index < window.endIndex, window[index] == UInt8(ascii: "\"") {
                end = self.quotedField(window, &index, &record)
            } else {
                end = self.plainField(window, &index, &record)
            }
            record.endField()
            switch end {
            case .delimiter where record.count >= Limits.columnsMax:
                let remedy = "more than \(Limits.columnsMax) columns"
                return Self.refuse(.badSchema, remedy, bytes)
            case .delimiter:
                continue
            case .line where index - bytes.startIndex <= Limits.textLineBytesMax:
                return .record(end: index)
            case .bytes where isLast && window.count == bytes.count && bytes.count <= Limits.textLineBytesMax:
                return .record(end: index)
            case .line, .bytes:
                if !isLast, bytes.count <= Limits.textLineBytesMax { return .incomplete }
                let remedy = "a line is longer than \(Limits.textLineBytesMax) bytes, or a quote on it is not closed"
                return Self.refuse(.tooLarge, remedy, bytes)
            case nil:
                let remedy = "something follows a closing quote; double the quotes within a field"
                return Self.refuse(.badSchema, remedy, bytes)
            }
        }
    }

    private static func refuse(_ reason: RejectionReason, _ remedy: String, _ bytes: ArraySlice<UInt8>) -> Outcome {
        // Only this line is lost: what a forgotten quote would swallow is read again as lines.
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.endIndex
        return .refused(ReadingMembers.Refusal(reason: reason, remedy: remedy), end: end)
    }

    private func plainField(_ bytes: ArraySlice<UInt8>, _ index: inout Int, _ record: inout CSVRecord) -> FieldEnd {
        let start = index
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == self.delimiter || byte == UInt8(ascii: "\n") { break }
            index += 1
        }
        let isLineEnd = index >= bytes.endIndex || bytes[index] == UInt8(ascii: "\n")
        let hasReturn = isLineEnd && index > start && bytes[index - 1] == UInt8(ascii: "\r")
        record.append(bytes[start..<(hasReturn ? index - 1 : index)])
        return self.fieldEnd(bytes, &index)
    }

    /// nil: something else than an end follows the closing quote.
    private func quotedField(_ bytes: ArraySlice<UInt8>, _ index: inout Int, _ record: inout CSVRecord) -> FieldEnd? {
        index += 1
        while let quote = bytes[index...].firstIndex(of: UInt8(ascii: "\"")) {
            record.append(bytes[index..<quote])
            index = quote + 1
            guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else {
                if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\r") { index += 1 }
                guard index < bytes.endIndex else { return .bytes }
                return bytes[index] == self.delimiter || bytes[index] == UInt8(ascii: "\n")
                    ? self.fieldEnd(bytes, &index) : nil
            }
            record.append(bytes[quote..<index])
            index += 1
        }
        // Not closed: longer than it may be, for `next`.
        index = bytes.startIndex + Limits.textLineBytesMax + 1
        return .line
    }

    private func fieldEnd(_ bytes: ArraySlice<UInt8>, _ index: inout Int) -> FieldEnd {
        guard index < bytes.endIndex else { return .bytes }
        index += 1
        return bytes[index - 1] == self.delimiter ? .delimiter : .line
    }
}
