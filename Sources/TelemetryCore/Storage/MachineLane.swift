/// One machine as the writer sees it. Only the writer thread touches it (before its start: the thread that opens).
final class MachineLane {
    let machine: MachineID
    /// The machine's integer key in the database.
    let key: Int64
    let feed: MachineFeed
    /// False until the transaction with its first reading is committed.
    var isStored: Bool
    /// Of the newest reading numbered, committed or in the open batch.
    var lastSequence: Int64
    /// The machine's readings in the open batch, as a chain of indices (`WriteBatch`); -1: none.
    var head = -1
    var tail = -1
    /// The open batch holds something of this machine: readings, or only counts.
    var isInBatch = false
    /// What the open batch adds to the machine's ledger.
    var counts = BatchCounts()
    /// The newest source time numbered, in milliseconds: what comes with an older one is late. Clocks that are ahead
    /// do not count, or one jump of a clock would make everything after it late.
    var newestSourceTime: Int64
    /// The same without the open batch.
    var newestSourceTimeCommitted: Int64
    var units: MachineUnits
    /// The units without the open batch, if that changes them.
    var unitsCommitted: MachineUnits?
    /// While the batches at hand have redelivered readings of this machine.
    var redelivery: RedeliveryCheck?

    init(machine: MachineID, key: Int64, feed: MachineFeed, units: MachineUnits, isStored: Bool) {
        self.machine = machine
        self.key = key
        self.feed = feed
        self.units = units
        self.isStored = isStored
        self.lastSequence = feed.lastSequence
        self.newestSourceTime = feed.newestSourceTime
        self.newestSourceTimeCommitted = self.newestSourceTime
    }

    /// The reading is late; or it is the newest from now on.
    func isLate(_ reading: Reading) -> Bool {
        guard reading.hasSourceTime, !reading.isHistorical else { return false }
        if reading.timestamp.milliseconds < self.newestSourceTime { return true }
        if !reading.isClockAhead { self.newestSourceTime = reading.timestamp.milliseconds }
        return false
    }

    /// The batch is committed.
    func settle() {
        self.newestSourceTimeCommitted = self.newestSourceTime
        self.unitsCommitted = nil
    }

    /// The batch came to nothing.
    func rollBack() {
        self.lastSequence = self.feed.lastSequence
        self.newestSourceTime = self.newestSourceTimeCommitted
        if let units = self.unitsCommitted { self.units = units }
        self.unitsCommitted = nil
    }
}
