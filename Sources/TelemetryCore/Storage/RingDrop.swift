/// The oldest readings of one machine, to be dropped.
struct RingDrop {
    let feed: MachineFeed
    /// The machine's key in the database.
    let key: Int64
    /// Sequences, both included. The machine's newest is never among them.
    let first, last: Int64

    var count: Int { Int(self.last - self.first) + 1 }
}
