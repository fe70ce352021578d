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

    init(machine: MachineID, key: Int64, feed: MachineFeed, isStored: Bool) {
        self.machine = machine
        self.key = key
        self.feed = feed
        self.isStored = isStored
        self.lastSequence = feed.lastSequence
    }
}
