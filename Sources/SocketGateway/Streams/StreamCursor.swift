/// Where one stream is in its machine's sequence: behind, with the ring as its buffer, or at the front, where it gets
/// the shared frames. A value without I/O; the driver is ``ReadingStream``.
///
/// Memory is bounded by design: behind, nothing is kept but a number; at the front and slow, the newest reading.
struct StreamCursor: Equatable {
    /// What to do with a reading that was just delivered on the loop.
    enum OnDelivered: Equatable {
        /// Send it.
        case send
        /// Keep it in place of the one that was kept: the reader is slow. `thinned`: how many that leaves out.
        case keep(thinned: Int)
        /// Nothing: it will be read from the ring.
        case none
    }

    /// Sent, or given up.
    private(set) var through: Int64
    /// The newest that was delivered on this event loop.
    private(set) var delivered: Int64
    private var isKeeping = false

    /// A stream that begins after `start`; at the front, if that is what was delivered.
    init(start: Int64, delivered: Int64) {
        assert(start <= delivered)
        self.through = start
        self.delivered = delivered
    }

    /// Whether there is something to read from the ring.
    var isBehind: Bool { !self.isKeeping && self.through < self.delivered }

    /// The next reading of the machine was delivered on this loop.
    mutating func delivered(_ sequence: Int64, isWritable: Bool) -> OnDelivered {
        let wasBehind = self.isBehind
        self.delivered = sequence
        if wasBehind { return .none }
        if isWritable {
            self.through = sequence
            self.isKeeping = false
            return .send
        }
        defer { self.isKeeping = true }
        return .keep(thinned: self.isKeeping ? 1 : 0)
    }

    /// The reader can take more: whether the kept reading is to be sent now.
    mutating func becameWritable() -> Bool {
        guard self.isKeeping else { return false }
        self.isKeeping = false
        self.through = self.delivered
        return true
    }

    /// The sequences to read from the ring next: above `since`, through `through`; nil at the front.
    func chunk(max: Int64) -> (since: Int64, through: Int64)? {
        guard self.isBehind else { return nil }
        return (self.through, min(self.through + max, self.delivered))
    }

    /// All of a chunk was sent, or is no longer in the ring, whose first sequence is `first`.
    mutating func sent(through: Int64, first: Int64) {
        // What was overwritten meanwhile is skipped at once: the client sees the gap in `seq`.
        self.through = min(max(through, first - 1), self.delivered)
    }
}
