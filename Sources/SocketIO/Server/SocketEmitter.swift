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

    /// Sends with a list of arguments.
    public func emit(_ event: String, arguments: [SocketValue]) {
        if !self.isVolatileSet, self.conflationKey == nil,
            self.socket.namespace.broadcastRecoverably(
                event, arguments, to: BroadcastTarget(rooms: [self.socket.id]), isCompressed: self.isCompressed)
        {
            return
        }
        let prepared = PreparedEvent(
            namespace: self.socket.namespace.name, event: event, arguments: arguments,
            conflationKey: self.conflationKey, isVolatile: self.isVolatileSet, isCompressed: self.isCompressed)
        self.socket.onLoop { self.socket.deliver(prepared, key: prepared.key(room: self.socket.id)) }
    }
}
