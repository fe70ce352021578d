/// Where the readings of a ring are that are not in memory yet. Any thread.
protocol UnreadReadings: Sendable {
    /// The newest of these readings, down to the first that is gone already; empty: all are gone. `nil`: they cannot be
    /// read, now or ever (the reason is told). Blocks, about a microsecond for each reading.
    func piece(_ range: ClosedRange<Int64>, of machine: MachineID, key: Int64) -> RingPiece?

    /// So many bytes of extra metrics came into memory with them; negative: left it.
    func noteExtraBytes(_ bytes: Int)
}

/// What a feed keeps while a part of its ring is not read.
struct UnreadPart: Sendable {
    let source: any UnreadReadings
    /// The machine's key in the database.
    let key: Int64
    /// Of the newest reading when the database was opened.
    let lastAtStart: Int64
    /// Of the ledger in the database.
    let gaps: Int
    /// The machine's first reading is in the ring and was a retained one.
    var hasRetained: Bool
    /// What came on the status topic since the start, each with the sequence after which it came.
    var reports: [(after: Int64, report: StatusReport)] = []

    mutating func note(_ report: StatusReport, after sequence: Int64) {
        if self.reports.count == Limits.unreadReportsMax { self.reports.removeFirst() }
        self.reports.append((sequence, report))
    }
}
