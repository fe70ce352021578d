import NIOCore

/// A rate with a burst: `rate` tokens a second flow in, at most `burst` are kept. Time is an argument.
struct TokenBucket: Equatable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    private var filledAt: NIODeadline

    init(rate: Int, burst: Int, now: NIODeadline) {
        self.rate = Double(rate)
        self.burst = Double(burst)
        self.tokens = Double(burst)
        self.filledAt = now
    }

    /// Takes `count` tokens; `false`, and nothing is taken, if there are not as many.
    mutating func take(_ count: Int, now: NIODeadline) -> Bool {
        let seconds = Double((now - self.filledAt).nanoseconds) / 1e9
        self.tokens = min(self.burst, self.tokens + seconds * self.rate)
        self.filledAt = now
        guard self.tokens >= Double(count) else { return false }
        self.tokens -= Double(count)
        return true
    }
}
