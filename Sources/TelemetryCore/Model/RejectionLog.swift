import Synchronization

/// The last refusals, and how many there were of each kind. Any thread.
package final class RejectionLog: Sendable {
    private struct State {
        /// A ring: once full, `oldest` is overwritten next.
        var kept: [Rejection] = []
        var oldest = 0
        var counts: [RejectionReason: Int] = [:]
        var listeners: [@Sendable (Rejection) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// From now on, each rejection is told to `body`, on the thread that records it and after it is in here. It must
    /// not block. There is no way to take it back: listeners live as long as the log.
    package func addListener(_ body: @escaping @Sendable (Rejection) -> Void) {
        self.state.withLock { $0.listeners.append(body) }
    }

    package func record(_ rejection: Rejection) {
        let listeners = self.state.withLock { state in
            state.counts[rejection.reason, default: 0] += rejection.count
            if state.kept.count < Limits.rejectionsKeptMax {
                state.kept.append(rejection)
            } else {
                state.kept[state.oldest] = rejection
                state.oldest = (state.oldest + 1) % Limits.rejectionsKeptMax
            }
            return state.listeners
        }
        // Outside the lock: a listener may ask the log.
        for listener in listeners { listener(rejection) }
    }

    /// At most 200, newest last.
    package func recent() -> [Rejection] {
        self.state.withLock { state in
            Array(state.kept[state.oldest...] + state.kept[..<state.oldest])
        }
    }

    /// Since the start of the process. A reason that never occurred is absent.
    package func counts() -> [RejectionReason: Int] {
        self.state.withLock { $0.counts }
    }
}
