import Synchronization

/// A clock that stands still until the test moves it.
final class ManualClock: Clock, Sendable {
    struct Instant: InstantProtocol {
        let offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: self.offset + duration) }

        func duration(to other: Instant) -> Duration { other.offset - self.offset }

        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let deadline: Instant
        let wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var sleepers: [Int: Sleeper] = [:]
        var nextKey = 0
    }

    private let state = Mutex(State())
    /// The deadlines somebody began to sleep for.
    let sleeps = Recorder<Duration>()

    var now: Instant { self.state.withLock { $0.now } }

    let minimumResolution = Duration.nanoseconds(1)

    func advance(by duration: Duration) {
        let due = self.state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let keys = state.sleepers.filter { $0.value.deadline <= state.now }.map(\.key)
            return keys.compactMap { state.sleepers.removeValue(forKey: $0) }
        }
        for sleeper in due { sleeper.wake.resume() }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let key = self.state.withLock { state in
            state.nextKey += 1
            return state.nextKey
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
                let isDue = self.state.withLock { state in
                    if Task.isCancelled || deadline <= state.now { return true }
                    state.sleepers[key] = Sleeper(deadline: deadline, wake: wake)
                    return false
                }
                if isDue { wake.resume() }
                self.sleeps.append(deadline.offset)
            }
            try Task.checkCancellation()
        } onCancel: {
            let sleeper = self.state.withLock { $0.sleepers.removeValue(forKey: key) }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }
}
