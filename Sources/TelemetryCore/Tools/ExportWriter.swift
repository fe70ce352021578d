/// The lines of an export in one format.
struct ExportWriter {
    private let format: RingExport.Format
    private let epoch: String
    private let table: ReadingTable

    init(format: RingExport.Format, plan: ExportPlan) {
        self.format = format
        self.epoch = plan.epoch
        self.table = ReadingTable(extraColumns: plan.extraColumns)
    }

    func writeHeader(into bytes: inout [UInt8]) {
        if self.format == .csv { self.table.writeHeader(into: &bytes) }
    }

    func writeReading(_ stored: StoredReading, into bytes: inout [UInt8]) {
        switch self.format {
        case .csv:
            self.table.writeRow(stored, into: &bytes)
        case .ndjson:
            stored.writeJSON(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
    }

    func writeTrailer(_ ledger: ExportLedger, into bytes: inout [UInt8]) {
        let part = ledger.part
        let counts = part.ledger ?? LedgerCounts(received: Int(part.last))
        var members: [(name: String, value: Value)] = [
            ("machine", .text(part.machine.name)), ("epoch", .text(self.epoch)),
            ("firstSeq", .number(part.first)), ("lastSeq", .number(part.last)),
            ("exported", .number(ledger.exported)), ("lost", .number(ledger.lost)),
            ("gaps", .number(ledger.gapCount)), ("received", .number(Int64(counts.received))),
            ("stored", .number(part.last)), ("overwritten", .number(part.first - 1)),
            ("duplicates", .number(Int64(counts.duplicates))), ("skipped", .number(Int64(counts.skipped))),
            ("late", .number(Int64(counts.late))),
        ]
        for (reason, count) in counts.rejected.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            members.append(("rejected.\(reason.rawValue)", .number(Int64(count))))
        }
        self.write("ledger", members, into: &bytes)
        for gap in ledger.gaps {
            self.write(
                "gap",
                [
                    ("machine", .text(part.machine.name)), ("afterSeq", .number(gap.afterSequence)),
                    ("from", .text(gap.from.iso8601)), ("to", .text(gap.to.iso8601)),
                    ("milliseconds", .number(gap.to.milliseconds(since: gap.from))),
                ], into: &bytes)
        }
    }

    private enum Value {
        /// Of characters that need no escape in JSON, and no spaces.
        case text(String)
        case number(Int64)
    }

    private func write(_ kind: String, _ members: [(name: String, value: Value)], into bytes: inout [UInt8]) {
        switch self.format {
        case .csv:
            let words = members.map { member in
                switch member.value {
                case .text(let text): "\(member.name)=\(text)"
                case .number(let number): "\(member.name)=\(number)"
                }
            }
            bytes.append(contentsOf: "# \(kind) \(words.joined(separator: " "))\r\n".utf8)
        case .ndjson:
            let words = members.map { member in
                switch member.value {
                case .text(let text): "\"\(member.name)\":\"\(text)\""
                case .number(let number): "\"\(member.name)\":\(number)"
                }
            }
            bytes.append(contentsOf: "{\"\(kind)\":{\(words.joined(separator: ","))}}\n".utf8)
        }
    }
}
