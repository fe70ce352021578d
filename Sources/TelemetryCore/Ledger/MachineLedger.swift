/// What became of everything that one machine sent, since the database was made.
package struct MachineLedger: Hashable, Sendable {
    package let machine: MachineID
    /// `stored + duplicates + skipped +` all of `rejected`.
    package var received = 0
    /// Also those that were overwritten since.
    package var stored = 0
    /// Redelivered, and still in the ring.
    package var duplicates = 0
    /// Retained values of a machine that had readings already.
    package var skipped = 0
    /// Of the stored: their source time is older than the newest one stored before.
    package var late = 0
    /// Of the stored: no longer in the ring.
    package var overwritten = 0
    /// Times the machine fell silent beyond its stale limit and came back.
    package var gaps = 0
    /// Reasons that never occurred are absent. Input that did not name its machine is only in `RejectionLog`.
    package var rejected: [RejectionReason: Int] = [:]

    package init(machine: MachineID) {
        self.machine = machine
    }

    /// `first`, `last`: the sequences in the ring. All up to `last` were stored, those before `first` are overwritten.
    init(machine: MachineID, counts: LedgerCounts, gaps: Int, first: Int64, last: Int64) {
        self.machine = machine
        self.stored = Int(last)
        self.overwritten = Int(first - 1)
        self.received = counts.received
        self.duplicates = counts.duplicates
        self.skipped = counts.skipped
        self.late = counts.late
        self.gaps = gaps
        self.rejected = counts.rejected
    }

    /// Nothing in it differs but what follows from the sequence.
    func countsAlike(_ other: MachineLedger) -> Bool {
        self.duplicates == other.duplicates && self.skipped == other.skipped && self.late == other.late
            && self.gaps == other.gaps && self.rejected == other.rejected
    }
}
