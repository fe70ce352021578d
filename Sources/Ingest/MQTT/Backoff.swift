/// Pauses between attempts: doubling from `min` to `max`, the upper half of each at random so that a hundred gateways
/// do not all come back to a restarted broker in the same millisecond.
package struct Backoff: Hashable, Sendable {
    package var min: Duration
    package var max: Duration

    package init(min: Duration = Limits.backoffMin, max: Duration = Limits.backoffMax) {
        precondition(min > .zero && min <= max)
        self.min = min
        self.max = max
    }

    /// The pause before attempt number `attempt` (1 is the first repetition). `jitter` is 0 … 1: 0 gives half of the
    /// pause, 1 the whole.
    package func pause(attempt: Int, jitter: Double) -> Duration {
        assert(attempt >= 1 && jitter >= 0 && jitter <= 1)
        // 2^30 × 1 ms is 12 days; more doublings would only overflow.
        let doublings = Swift.min(attempt - 1, 30)
        let whole = Swift.min(self.min * (1 << doublings), self.max)
        return whole / 2 + (whole / 2) * jitter
    }
}
