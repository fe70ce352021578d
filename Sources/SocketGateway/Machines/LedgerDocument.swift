package import TelemetryCore

/// Ledgers as they leave over HTTP: what became of everything each machine sent.
package enum LedgerDocument {
    /// `{"received":…,"stored":…,"duplicates":…,"skipped":…,"late":…,"overwritten":…,"gaps":…,"rejected":{reason:n}}`
    package static func write(_ ledger: MachineLedger, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        for (index, count) in Self.counts(ledger).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #""\#(count.name)":\#(count.value)"#)
        }
        bytes.append(text: #","rejected":{"#)
        for (index, entry) in Self.rejected(ledger).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #""\#(entry.key.rawValue)":\#(entry.value)"#)
        }
        bytes.append(text: "}}")
    }

    /// `[{"machine":…,"ledger":{…}},…]`
    package static func json(of ledgers: [MachineLedger]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 + ledgers.count * 200)
        bytes.append(UInt8(ascii: "["))
        for (index, ledger) in ledgers.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"machine":"\#(ledger.machine.name)","ledger":"#)
            Self.write(ledger, into: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    /// RFC 4180, a header line; the reasons in one field, as `notJSON=3 noNumber=1`. Nothing needs quotes.
    package static func csv(of ledgers: [MachineLedger]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(
            text: "machine,received,stored,duplicates,skipped,late,overwritten,gaps,rejected,rejected_by_reason\r\n")
        for ledger in ledgers {
            bytes.append(text: ledger.machine.name)
            for count in Self.counts(ledger) { bytes.append(text: ",\(count.value)") }
            bytes.append(text: ",\(ledger.rejected.values.reduce(0, +)),")
            let reasons = Self.rejected(ledger).map { "\($0.key.rawValue)=\($0.value)" }
            bytes.append(text: reasons.joined(separator: " "))
            bytes.append(text: "\r\n")
        }
        return bytes
    }

    private static func counts(_ ledger: MachineLedger) -> [(name: String, value: Int)] {
        [
            ("received", ledger.received), ("stored", ledger.stored), ("duplicates", ledger.duplicates),
            ("skipped", ledger.skipped), ("late", ledger.late), ("overwritten", ledger.overwritten),
            ("gaps", ledger.gaps),
        ]
    }

    private static func rejected(_ ledger: MachineLedger) -> [(key: RejectionReason, value: Int)] {
        ledger.rejected.sorted { $0.key.rawValue < $1.key.rawValue }
    }
}
