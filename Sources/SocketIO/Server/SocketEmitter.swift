/// How an event goes to one socket. A value, as ``BroadcastOperator``.
public struct SocketEmitter: Sendable {
    let socket: Socket
    var isVolatileSet = false
    var conflationKey: String?
    var isCompressed = true

    init(socket: Socket) { self.socket = socket }

    /// Not at all while the client is busy.
    public var volatile: Self {
        var copy = self
        copy.isVolatileSet = true
        return copy
    }

    /// Whether the event may be compressed where that is configured; it may by default.
    public func compress(_ flag: Bool) -> Self {
        var copy = self
        copy.isCompressed = flag
        return copy
    }

    /// While the client is slow, only the newest event of this key.
    public func conflated(key: String) -> Self {
        var copy = self
        copy.conflationKey = key
        return copy
    }

    /// Sends an event.
    public func emit(_ event: String, _ arguments: SocketValue...) { self.emit(event, arguments: arguments) }

    /// Sends an event with a list of arguments.
    public func emit(_ event: String, arguments: [SocketValue]) {
        if let recoverable { return recoverable.emit(event, arguments: arguments) }
        let prepared = self.prepare(event, arguments)
        self.socket.onLoop { self.socket.deliver(prepared, key: prepared.key(room: self.socket.id)) }
    }

    /// Sends an event and says what became of it.
    public func emitWithResult(_ event: String, _ arguments: SocketValue...) async -> SendResult {
        await self.emitWithResult(event, arguments: arguments)
    }

    /// Sends an event with a list of arguments and says what became of it.
    public func emitWithResult(_ event: String, arguments: [SocketValue]) async -> SendResult {
        if let recoverable {
            return await recoverable.emitWithResult(event, arguments: arguments).only ?? .dropped(.disconnected)
        }
        let prepared = self.prepare(event, arguments)
        return await withCheckedContinuation { continuation in
            self.socket.onLoop {
                let result = self.socket.deliver(prepared, key: prepared.key(room: self.socket.id))
                continuation.resume(returning: result ?? .dropped(.disconnected))
            }
        }
    }

    /// The way through the log of the namespace, for events that a client may miss and get later.
    private var recoverable: BroadcastOperator? {
        guard !self.isVolatileSet, self.conflationKey == nil, self.socket.namespace.recovery != nil else { return nil }
        return BroadcastOperator(namespace: self.socket.namespace).to(self.socket.id).compress(self.isCompressed)
    }

    private func prepare(_ event: String, _ arguments: [SocketValue]) -> PreparedEvent {
        PreparedEvent(
            namespace: self.socket.namespace.name, event: event, arguments: arguments,
            conflationKey: self.conflationKey, isVolatile: self.isVolatileSet, isCompressed: self.isCompressed)
    }
}
