import NIOConcurrencyHelpers

/// Namespaces that come into being when a client asks for them (Node: "dynamic namespaces"). What is set here is
/// inherited by the children made afterwards. Any thread.
public final class NamespaceFamily: Sendable {
    private struct State {
        var middlewares: [@Sendable (Socket) async throws -> Void] = []
        var connectionHandlers: [@Sendable (Socket) -> Void] = []
        var children: [String: Namespace] = [:]
    }

    private let state = NIOLockedValueBox(State())
    private let accepts: @Sendable (String, SocketObject) -> Bool

    init(accepts: @escaping @Sendable (String, SocketObject) -> Bool) { self.accepts = accepts }

    /// Calls `body` for each new socket of any child.
    public func onConnection(_ body: @escaping @Sendable (Socket) -> Void) {
        self.state.withLockedValue { $0.connectionHandlers.append(body) }
    }

    /// Asks `body` before a client may enter a child.
    public func use(_ body: @escaping @Sendable (Socket) async throws -> Void) {
        self.state.withLockedValue { $0.middlewares.append(body) }
    }

    /// The children that exist now.
    public var children: [Namespace] { self.state.withLockedValue { Array($0.children.values) } }

    /// Sends to every socket of every child.
    public func emit(_ event: String, _ arguments: SocketValue...) {
        for child in self.children { BroadcastOperator(namespace: child).emit(event, arguments: arguments) }
    }

    // MARK: For the server

    func forgetHandlers() {
        self.state.withLockedValue { state in
            state.connectionHandlers = []
            state.middlewares = []
        }
    }

    func matches(_ name: String, _ auth: SocketObject) -> Bool { self.accepts(name, auth) }

    /// Gives a child that nobody can see yet what it inherits.
    func equip(_ namespace: Namespace) {
        let state = self.state.withLockedValue { $0 }
        for middleware in state.middlewares { namespace.use(middleware) }
        for handler in state.connectionHandlers { namespace.onConnection(handler) }
    }

    func adopt(_ namespace: Namespace) { self.state.withLockedValue { $0.children[namespace.name] = namespace } }

    func release(_ namespace: Namespace) { self.state.withLockedValue { $0.children[namespace.name] = nil } }
}

/// A namespace name with `*` for any run of characters, e.g. `/room-*`.
struct NamespacePattern: Sendable {
    private let parts: [String]

    init(_ pattern: String) {
        self.parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    }

    func matches(_ name: String) -> Bool {
        guard let first = self.parts.first, let last = self.parts.last, name.hasPrefix(first) else { return false }
        guard self.parts.count > 1 else { return name == first }
        var rest = name.dropFirst(first.count)
        for part in self.parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = rest.firstRange(of: part) else { return false }
            rest = rest[place.upperBound...]
        }
        return rest.count >= last.count && rest.hasSuffix(last)
    }
}
