/// A handler of a socket's events, to be taken away again with `off…`.
public final class Listener: Sendable {
    init() {}
}

/// Handlers in the order in which they are called.
struct ListenerList<Body> {
    private struct Entry {
        let listener: Listener
        let body: Body
        let isOnce: Bool
    }

    private var entries: [Entry] = []

    var isEmpty: Bool { self.entries.isEmpty }

    mutating func add(_ body: Body, as listener: Listener, first: Bool = false, once: Bool = false) {
        self.entries.insert(
            Entry(listener: listener, body: body, isOnce: once), at: first ? 0 : self.entries.endIndex)
    }

    mutating func remove(_ listener: Listener) { self.entries.removeAll { $0.listener === listener } }

    /// Those to call now; those for one event only are taken out.
    mutating func take() -> [Body] {
        defer { if self.entries.contains(where: \.isOnce) { self.entries.removeAll(where: \.isOnce) } }
        return self.entries.map(\.body)
    }
}

/// All that a socket calls. Confined to its event loop.
struct SocketListeners {
    typealias OnEvent = @Sendable (EventContext) -> Void
    typealias OnOutgoing = @Sendable (_ event: String, _ arguments: [SocketValue]) -> Void

    var byName: [String: ListenerList<OnEvent>] = [:]
    var any = ListenerList<OnEvent>()
    var outgoing = ListenerList<OnOutgoing>()
    var middlewares: [@Sendable (EventContext) throws -> Void] = []
    var onError: [@Sendable (any Error) -> Void] = []
    var onDisconnecting: [@Sendable (DisconnectReason) -> Void] = []
    var onDisconnect: [@Sendable (DisconnectReason) -> Void] = []

    mutating func remove(_ listener: Listener) {
        for name in Array(self.byName.keys) {
            self.byName[name]?.remove(listener)
            if self.byName[name]?.isEmpty == true { self.byName[name] = nil }
        }
        self.any.remove(listener)
        self.outgoing.remove(listener)
    }
}
