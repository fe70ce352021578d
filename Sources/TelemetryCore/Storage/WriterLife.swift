import Synchronization

/// Where the writer thread is in its life, and who waits for its end.
final class WriterLife: Sendable {
    private enum Phase {
        case idle
        case running(waiting: [CheckedContinuation<Void, Never>])
        case ended
    }

    private let phase = Mutex(Phase.idle)

    /// True for the one call that has to start the thread.
    func start() -> Bool {
        self.phase.withLock { phase in
            guard case .idle = phase else { return false }
            phase = .running(waiting: [])
            return true
        }
    }

    var isStarted: Bool {
        self.phase.withLock { phase in
            if case .idle = phase { return false }
            return true
        }
    }

    /// The last thing the thread does.
    func end() {
        let waiting = self.phase.withLock { phase -> [CheckedContinuation<Void, Never>] in
            guard case .running(let waiting) = phase else { preconditionFailure("ended without running") }
            phase = .ended
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func awaitEnd() async {
        await withCheckedContinuation { continuation in
            let hasEnded = self.phase.withLock { phase -> Bool in
                switch phase {
                case .idle:
                    preconditionFailure("awaiting the end of a thread that was not started")
                case .running(let waiting):
                    phase = .running(waiting: waiting + [continuation])
                    return false
                case .ended:
                    return true
                }
            }
            if hasEnded { continuation.resume() }
        }
    }
}
