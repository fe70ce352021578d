package import NIOCore
import Synchronization

/// One ``RateLimit`` for all who ask, with the number of those who got nothing. Any thread.
package final class SharedRateLimit: Sendable {
    private let state: Mutex<(limit: RateLimit, refused: Int)>

    package init(burst: Int, refill: TimeAmount) {
        self.state = Mutex((RateLimit(burst: burst, refill: refill, now: .now()), 0))
    }

    /// Takes a token; false, and counted, if there is none.
    package func take() -> Bool {
        self.state.withLock { state in
            if state.limit.take(now: .now()) { return true }
            state.refused += 1
            return false
        }
    }

    package var refused: Int { self.state.withLock { $0.refused } }
}
