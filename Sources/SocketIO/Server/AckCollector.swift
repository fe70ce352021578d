import NIOConcurrencyHelpers

/// What one receiver of a broadcast answered.
public struct AckOutcome: Sendable {
    /// The receiver.
    public let socketID: String
    /// Its answer, or why there is none.
    public let result: Result<[SocketValue], AckError>
}

/// Gathers the answers to one broadcast from all event loops, and resumes once each asked socket has answered, left or
/// run into the deadline. Any thread.
final class AckCollector: Sendable {
    private struct State {
        /// Loops that have not asked their sockets yet, and sockets that have not answered.
        var open: Int
        var outcomes: [AckOutcome] = []
        var resume: (@Sendable ([AckOutcome]) -> Void)?
    }

    private let state: NIOLockedValueBox<State>

    init(loopCount: Int, resume: @escaping @Sendable ([AckOutcome]) -> Void) {
        self.state = NIOLockedValueBox(State(open: loopCount, resume: resume))
    }

    /// A loop has asked this many sockets.
    func asked(_ count: Int) { self.settle { $0.open += count - 1 } }

    func answered(_ outcome: AckOutcome) {
        self.settle { state in
            state.open -= 1
            state.outcomes.append(outcome)
        }
    }

    private func settle(_ change: (inout State) -> Void) {
        let finish = self.state.withLockedValue { state -> (@Sendable () -> Void)? in
            change(&state)
            guard state.open == 0, let resume = state.resume else { return nil }
            state.resume = nil
            let outcomes = state.outcomes
            return { resume(outcomes) }
        }
        finish?()
    }
}
