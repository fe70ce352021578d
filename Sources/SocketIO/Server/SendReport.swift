import NIOConcurrencyHelpers

/// What became of a broadcast: how many receivers of each kind. Whoever was not meant does not count.
public struct BroadcastResult: Sendable, Equatable {
    /// Receivers that have it, or get it next.
    public internal(set) var sent = 0
    /// Slow receivers that it waits for.
    public internal(set) var queued = 0
    /// Slow receivers with which it has taken the place of an older event of its key.
    public internal(set) var conflated = 0
    /// Receivers that do not get it.
    public internal(set) var dropped: [DropReason: Int] = [:]

    /// All whom it was meant for.
    public var receivers: Int { self.sent + self.queued + self.conflated + self.dropped.values.reduce(0, +) }

    mutating func count(_ result: SendResult) {
        switch result {
        case .sent: self.sent += 1
        case .queued: self.queued += 1
        case .conflated: self.conflated += 1
        case .dropped(let reason): self.dropped[reason, default: 0] += 1
        }
    }

    /// What became of an event for a single receiver; `nil` if it was not there.
    var only: SendResult? {
        if self.sent > 0 { return .sent }
        if self.queued > 0 { return .queued }
        if self.conflated > 0 { return .conflated }
        return self.dropped.keys.first.map { .dropped($0) }
    }
}

/// Gathers the result of one broadcast from all event loops, for who asked for it. Any thread.
final class SendReport: Sendable {
    private struct State {
        /// Loops that have not delivered yet.
        var open: Int
        var result = BroadcastResult()
        var resume: (@Sendable (BroadcastResult) -> Void)?
    }

    private let state: NIOLockedValueBox<State>

    init(loopCount: Int, resume: @escaping @Sendable (BroadcastResult) -> Void) {
        self.state = NIOLockedValueBox(State(open: loopCount, resume: resume))
    }

    func add(_ result: SendResult) { self.state.withLockedValue { $0.result.count(result) } }

    /// A loop has delivered to all its sockets.
    func loopFinished() { self.settle { $0.open -= 1 } }

    /// Nobody is there: no loop will be asked.
    func nobodyIsThere() { self.settle { $0.open = 0 } }

    private func settle(_ change: (inout State) -> Void) {
        let finish = self.state.withLockedValue { state -> (@Sendable () -> Void)? in
            change(&state)
            guard state.open == 0, let resume = state.resume else { return nil }
            state.resume = nil
            return { [result = state.result] in resume(result) }
        }
        finish?()
    }
}
