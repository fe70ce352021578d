public import NIOCore

/// All sockets of the namespace, as a ``BroadcastOperator`` has some of them.
extension Namespace {
    /// The operator that means every socket.
    public var everybody: BroadcastOperator { BroadcastOperator(namespace: self) }

    /// Receivers that are busy do not get what is sent.
    public var volatile: BroadcastOperator { self.everybody.volatile }

    /// This server process only; see ``BroadcastOperator/local``.
    public var local: BroadcastOperator { self.everybody.local }

    /// Whether what is sent may be compressed where that is configured; it may by default.
    public func compress(_ flag: Bool) -> BroadcastOperator { self.everybody.compress(flag) }

    /// Receivers that are slow get only the newest event of this key.
    public func conflated(key: String) -> BroadcastOperator { self.everybody.conflated(key: key) }

    /// Sends the event `message` to every socket.
    public func send(_ arguments: SocketValue...) { self.everybody.emit("message", arguments: arguments) }

    /// Sends an event to every socket and waits for everybody's answer.
    public func emitWithAck(
        _ event: String, _ arguments: SocketValue..., timeout: TimeAmount
    ) async -> [AckOutcome] {
        await self.everybody.emitWithAck(event, arguments: arguments, timeout: timeout)
    }

    /// All sockets, with their rooms and data.
    public func fetchSockets() async -> [SocketSnapshot] { await self.everybody.fetchSockets() }

    /// Disconnects all sockets, or with `close` their whole connections.
    public func disconnectSockets(close: Bool = false) { self.everybody.disconnectSockets(close: close) }

    /// `on("connection")`, for who comes from Node; see ``onConnection(_:)``.
    /// - Precondition: the event is `connection` or `connect`: a namespace has no others.
    public func on(_ event: String, _ body: @escaping @Sendable (Socket) -> Void) {
        precondition(event == "connection" || event == "connect", "a namespace has only the event `connection`")
        self.onConnection(body)
    }
}

extension NamespaceFamily {
    /// `on("connection")`, for who comes from Node; see ``onConnection(_:)``.
    /// - Precondition: the event is `connection` or `connect`.
    public func on(_ event: String, _ body: @escaping @Sendable (Socket) -> Void) {
        precondition(event == "connection" || event == "connect", "a namespace has only the event `connection`")
        self.onConnection(body)
    }
}

extension Server {
    /// `on("connection")` of the namespace `/`, for who comes from Node; see ``Namespace/onConnection(_:)``.
    /// - Precondition: the event is `connection` or `connect`.
    public func on(_ event: String, _ body: @escaping @Sendable (Socket) -> Void) { self.of("/").on(event, body) }
}
