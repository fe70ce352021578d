/// How much of a machine's past is kept.
package struct RingExtent: Hashable, Sendable {
    /// N: readings the ring can hold.
    package let capacity: Int
    /// Readings it holds.
    package let count: Int
    /// Source time of the oldest reading (by sequence); nil: there is none.
    package let oldest: Timestamp?

    package init(capacity: Int, count: Int, oldest: Timestamp?) {
        self.capacity = capacity
        self.count = count
        self.oldest = oldest
    }
}
