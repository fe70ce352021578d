/// Who an event goes to and how. A value: keep it, refine it, use it again; nothing changes what it was made from.
///
/// ```swift
/// let watchers = namespace.to("machineA", "machineB").except("muted")
/// watchers.emit("note", "hello")
/// ```
public struct BroadcastOperator: Sendable {
    let namespace: Namespace
    var target = BroadcastTarget()
    var isVolatileSet = false
    var conflationKey: String?
    var isCompressed = true

    init(namespace: Namespace) { self.namespace = namespace }

    /// Adds rooms: the event goes to the union, once to each socket. A socket's id is a room too.
    public func to(_ rooms: String...) -> Self { self.to(rooms) }

    /// Adds rooms.
    public func to(_ rooms: [String]) -> Self {
        var copy = self
        copy.target.rooms += rooms
        return copy
    }

    /// Leaves out whoever is in one of these rooms.
    public func except(_ rooms: String...) -> Self { self.except(rooms) }

    /// Leaves out rooms.
    public func except(_ rooms: [String]) -> Self {
        var copy = self
        copy.target.except += rooms
        return copy
    }

    /// Receivers that are busy do not get it.
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

    /// Receivers that are slow get only the newest event of this key in each room.
    public func conflated(key: String) -> Self {
        var copy = self
        copy.conflationKey = key
        return copy
    }

    /// This server process only. There is one, as this library has no adapters, so it changes nothing; it says what is
    /// meant, and will keep its meaning.
    public var local: Self { self }

    /// Sends. Encodes and frames once, and not at all when nobody is there. Any thread.
    public func emit(_ event: String, _ arguments: SocketValue...) { self.emit(event, arguments: arguments) }

    /// Sends with a list of arguments.
    public func emit(_ event: String, arguments: [SocketValue]) { self.emit(event, arguments, report: nil) }

    /// Sends the event `message`.
    public func send(_ arguments: SocketValue...) { self.emit("message", arguments: arguments) }

    /// Sends, and says what became of it once every event loop has delivered. Any thread; who does not ask does not
    /// pay.
    public func emitWithResult(_ event: String, _ arguments: SocketValue...) async -> BroadcastResult {
        await self.emitWithResult(event, arguments: arguments)
    }

    /// Sends with a list of arguments, and says what became of it.
    public func emitWithResult(_ event: String, arguments: [SocketValue]) async -> BroadcastResult {
        await withCheckedContinuation { continuation in
            let report = SendReport(loopCount: self.namespace.eventLoops.count) { continuation.resume(returning: $0) }
            self.emit(event, arguments, report: report)
        }
    }

    private func emit(_ event: String, _ arguments: [SocketValue], report: SendReport?) {
        if !self.isVolatileSet, self.conflationKey == nil,
            self.namespace.broadcastRecoverably(
                event, arguments, to: self.target, isCompressed: self.isCompressed, report: report)
        {
            return
        }
        guard self.namespace.hasReceivers(self.target) else {
            report?.nobodyIsThere()
            return
        }
        var prepared = PreparedEvent(
            namespace: self.namespace.name, event: event, arguments: arguments, conflationKey: self.conflationKey,
            isVolatile: self.isVolatileSet, isCompressed: self.isCompressed)
        prepared.report = report
        self.namespace.broadcast(prepared, to: self.target)
    }
}
