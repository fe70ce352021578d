import NIOConcurrencyHelpers
public import NIOCore

/// A namespace of the server: a communication channel with its own sockets, rooms and events. All methods may be called
/// on any thread; handlers run on the event loop of the socket they concern.
public final class Namespace: Sendable {
    /// With its slash, e.g. `/machines`.
    public let name: String

    private struct State {
        var connectionHandlers: [@Sendable (Socket) -> Void] = []
        var eventHandlers: [String: [@Sendable (EventContext) -> Void]] = [:]
        var disconnectingHandlers: [@Sendable (Socket, DisconnectReason) -> Void] = []
        var middlewares: [@Sendable (Socket) async throws -> Void] = []
        /// Clients between their CONNECT and its answer.
        var arrivals = 0
        var nextAckID = 0
        var socketIDs: Set<String> = []
        var roomCounts: [String: Int] = [:]
        /// Sockets on their way into rooms that `roomCounts` does not know of yet.
        var pendingMoves = 0
    }

    private let state = NIOLockedValueBox(State())
    private let shards: [ObjectIdentifier: NIOLoopBoundBox<NamespaceShard>]
    let eventLoops: [any EventLoop]
    /// Whose child this is.
    let family: NamespaceFamily?

    /// `nil` while connection state recovery is off.
    let recovery: NIOLockedValueBox<RecoveryLog>?
    /// By event loop; empty while connection state recovery is off.
    let mailboxes: [ObjectIdentifier: RecoveryMailbox]

    init(
        name: String, eventLoops: [any EventLoop], family: NamespaceFamily? = nil,
        recovery: RecoveryConfiguration? = nil
    ) {
        self.recovery = recovery.map {
            NIOLockedValueBox(RecoveryLog(configuration: $0, tag: String(Base64.randomIdentifier().prefix(6))))
        }
        self.mailboxes =
            recovery == nil
            ? [:]
            : Dictionary(uniqueKeysWithValues: eventLoops.map { (ObjectIdentifier($0), RecoveryMailbox()) })
        self.name = name
        self.family = family
        self.eventLoops = eventLoops
        var shards: [ObjectIdentifier: NIOLoopBoundBox<NamespaceShard>] = [:]
        for eventLoop in eventLoops {
            shards[ObjectIdentifier(eventLoop)] = NIOLoopBoundBox.makeBoxSendingValue(
                NamespaceShard(), eventLoop: eventLoop)
        }
        self.shards = shards
    }

    /// Calls `body` for each new socket: on its event loop, after the client's CONNECT was answered and before any of
    /// its events.
    public func onConnection(_ body: @escaping @Sendable (Socket) -> Void) {
        self.state.withLockedValue { $0.connectionHandlers.append(body) }
    }

    /// Calls `body` for each event of this name of each socket, after the socket's own handlers. One closure for all,
    /// where ``Socket/on(_:_:)`` costs memory for each socket. On the socket's event loop; before the first client
    /// comes.
    public func onEvent(_ event: String, _ body: @escaping @Sendable (EventContext) -> Void) {
        self.state.withLockedValue { $0.eventHandlers[event, default: []].append(body) }
    }

    /// Calls `body` when a socket is about to go, its rooms still populated, after the socket's own handlers.
    public func onDisconnecting(_ body: @escaping @Sendable (Socket, DisconnectReason) -> Void) {
        self.state.withLockedValue { $0.disconnectingHandlers.append(body) }
    }

    /// Asks `body`, in the order of these calls, before a client may enter. A ``ConnectError`` refuses with its message
    /// and data, any other error with its description. Runs on no event loop; the socket is not connected yet, what it
    /// is sent is dropped, rooms it joins are left again if it is refused.
    public func use(_ body: @escaping @Sendable (Socket) async throws -> Void) {
        self.state.withLockedValue { $0.middlewares.append(body) }
    }

    /// The number of sockets.
    public var socketCount: Int { self.state.withLockedValue { $0.socketIDs.count } }

    /// The number of sockets in a room.
    public func count(inRoom room: String) -> Int {
        self.state.withLockedValue { $0.roomCounts[room] ?? ($0.socketIDs.contains(room) ? 1 : 0) }
    }

    /// Sends to every socket of the namespace.
    public func emit(_ event: String, _ arguments: SocketValue...) {
        BroadcastOperator(namespace: self).emit(event, arguments: arguments)
    }

    /// Sends with a list of arguments.
    public func emit(_ event: String, arguments: [SocketValue]) {
        BroadcastOperator(namespace: self).emit(event, arguments: arguments)
    }

    /// The sockets in any of these rooms.
    public func to(_ rooms: String...) -> BroadcastOperator { BroadcastOperator(namespace: self).to(rooms) }

    /// The sockets in none of these rooms.
    public func except(_ rooms: String...) -> BroadcastOperator { BroadcastOperator(namespace: self).except(rooms) }

    /// Runs `body` once on every event loop of the server; for one caller in the order of its calls. One hop per loop,
    /// whatever is sent inside.
    public func onEachEventLoop(_ body: @escaping @Sendable (LocalNamespace) -> Void) {
        for eventLoop in self.eventLoops {
            eventLoop.execute {
                guard let shard = self.shard(eventLoop) else { return }
                body(LocalNamespace(eventLoop: eventLoop, shard: shard))
            }
        }
    }

    /// Runs `body` on one event loop of the server; for one caller in the order of its calls.
    public func onEventLoop(_ eventLoop: any EventLoop, _ body: @escaping @Sendable (LocalNamespace) -> Void) {
        eventLoop.execute {
            guard let shard = self.shard(eventLoop) else { return }
            body(LocalNamespace(eventLoop: eventLoop, shard: shard))
        }
    }

    func forgetHandlers() {
        self.state.withLockedValue { state in
            state.connectionHandlers = []
            state.middlewares = []
            state.eventHandlers = [:]
            state.disconnectingHandlers = []
        }
    }

    // MARK: For the clients

    var middlewares: [@Sendable (Socket) async throws -> Void] { self.state.withLockedValue { $0.middlewares } }

    func eventHandlers(_ event: String) -> [@Sendable (EventContext) -> Void] {
        self.state.withLockedValue { $0.eventHandlers.isEmpty ? [] : $0.eventHandlers[event] ?? [] }
    }

    var disconnectingHandlers: [@Sendable (Socket, DisconnectReason) -> Void] {
        self.state.withLockedValue { $0.disconnectingHandlers }
    }

    func beginArrival() { self.state.withLockedValue { $0.arrivals += 1 } }

    func endArrival() { self.state.withLockedValue { $0.arrivals -= 1 } }

    /// Nobody is here and nobody on the way in.
    var isDeserted: Bool { self.state.withLockedValue { $0.socketIDs.isEmpty && $0.arrivals == 0 } }

    /// Acknowledgement ids count up per namespace, so that a broadcast can use one for all its receivers.
    func takeAckID() -> Int {
        self.state.withLockedValue { state in
            defer { state.nextAckID += 1 }
            return state.nextAckID
        }
    }

    // MARK: For the sockets

    /// The part of the namespace on the current event loop.
    func shard(_ eventLoop: any EventLoop) -> NamespaceShard? { self.shards[ObjectIdentifier(eventLoop)]?.value }

    func enter(_ socket: Socket) {
        self.shard(socket.eventLoop)?.add(socket)
        let handlers = self.state.withLockedValue { state in
            state.socketIDs.insert(socket.id)
            return state.connectionHandlers
        }
        for handler in handlers { handler(socket) }
    }

    func leave(_ socket: Socket) {
        self.shard(socket.eventLoop)?.remove(socket)
        self.state.withLockedValue { _ = $0.socketIDs.remove(socket.id) }
    }

    func join(_ socket: Socket, room: String) {
        guard self.shard(socket.eventLoop)?.join(socket, room) == true else { return }
        self.state.withLockedValue { $0.roomCounts[room, default: 0] += 1 }
    }

    func leave(_ socket: Socket, room: String) {
        guard self.shard(socket.eventLoop)?.leave(socket, room) == true else { return }
        self.state.withLockedValue { state in
            let count = (state.roomCounts[room] ?? 0) - 1
            state.roomCounts[room] = count > 0 ? count : nil
        }
    }

    /// Runs `body`, which may let sockets join, on another loop than the caller's. Until it has run no room counts as
    /// empty: what the caller sends to the room right behind must go the same way, and arrives after it.
    func move(on eventLoop: any EventLoop, _ body: @escaping @Sendable () -> Void) {
        self.state.withLockedValue { $0.pendingMoves += 1 }
        eventLoop.execute {
            body()
            self.state.withLockedValue { $0.pendingMoves -= 1 }
        }
    }

    // MARK: For broadcasts

    /// `false` if certainly nobody would get it.
    func hasReceivers(_ target: BroadcastTarget) -> Bool {
        self.state.withLockedValue { state in
            guard !target.rooms.isEmpty else { return !state.socketIDs.isEmpty }
            guard state.pendingMoves == 0 else { return true }
            return target.rooms.contains { state.roomCounts[$0] != nil || state.socketIDs.contains($0) }
        }
    }

    /// One hop per event loop; at once on the loop of the caller, so that what the caller sends itself keeps its order.
    func broadcast(_ event: PreparedEvent, to target: BroadcastTarget) {
        for eventLoop in self.eventLoops {
            if eventLoop.inEventLoop {
                self.shard(eventLoop)?.deliver(event, to: target)
            } else {
                eventLoop.execute { self.shard(eventLoop)?.deliver(event, to: target) }
            }
        }
    }
}
