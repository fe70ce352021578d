/// What a machine's ledger counts beside its sequence. `stored` and `overwritten` follow from that, exactly.
struct LedgerCounts: Hashable, Sendable {
    /// Everything that came and named this machine, counted on its own as it comes.
    var received = 0
    var duplicates = 0
    var skipped = 0
    var late = 0
    var rejected: [RejectionReason: Int] = [:]

    /// What `received` has to be.
    func receivedExpected(stored: Int64) -> Int {
        Int(stored) + self.duplicates + self.skipped + self.rejected.values.reduce(0, +)
    }
}
