package import NIOCore

/// A token bucket: some at once, then one each `refill`.
package struct RateLimit: Sendable {
    private let burst: Int
    private let refill: TimeAmount
    private var tokens: Int
    private var updated: NIODeadline

    /// A full bucket.
    package init(burst: Int, refill: TimeAmount, now: NIODeadline) {
        precondition(burst > 0 && refill > .zero)
        self.burst = burst
        self.refill = refill
        self.tokens = burst
        self.updated = now
    }

    /// Takes a token; false if there is none.
    package mutating func take(now: NIODeadline) -> Bool {
        let earned = max(0, (now - self.updated).nanoseconds / self.refill.nanoseconds)
        if earned >= Int64(self.burst - self.tokens) {
            self.tokens = self.burst
            self.updated = now
        } else {
            self.tokens += Int(earned)
            self.updated = self.updated + .nanoseconds(earned * self.refill.nanoseconds)
        }
        guard self.tokens > 0 else { return false }
        self.tokens -= 1
        return true
    }
}
