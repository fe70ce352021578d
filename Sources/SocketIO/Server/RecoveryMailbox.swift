import NIOConcurrencyHelpers

/// Recoverable events on their way to one event loop, in the order of their places in the log. Any thread.
final class RecoveryMailbox: Sendable {
    struct Letter: Sendable {
        let event: PreparedEvent
        let target: BroadcastTarget
    }

    private let letters = NIOLockedValueBox<[Letter]>([])

    /// - Returns: whether it was empty, so that nobody is on the way to it yet.
    func add(_ event: PreparedEvent, _ target: BroadcastTarget) -> Bool {
        self.letters.withLockedValue { letters in
            letters.append(Letter(event: event, target: target))
            return letters.count == 1
        }
    }

    /// All of them; `nil` if there are none.
    func take() -> [Letter]? {
        self.letters.withLockedValue { letters in
            guard !letters.isEmpty else { return nil }
            defer { letters = [] }
            return letters
        }
    }
}
