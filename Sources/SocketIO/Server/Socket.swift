public import NIOCore

/// One client in one namespace.
///
/// Calls are welcome from any thread; from the socket's own event loop, where all handlers run, they take effect at
/// once and in order, otherwise with the next turn of that loop.
///
/// `@unchecked Sendable`: `eventLoop` guards all mutable state; public methods hop there, internal ones assert it.
public final class Socket: @unchecked Sendable {
    /// Random, and known to other clients if the application tells them: not the session's secret id.
    public let id: String
    /// Where the client is connected with this socket.
    public let namespace: Namespace
    /// Where all handlers of this socket run.
    public let eventLoop: any EventLoop
    /// What the client said when it connected.
    public let handshake: Handshake

    /// `nil` once disconnected.
    private var client: SocketClient?
    private var joined: Set<String> = []
    /// `false` while middlewares decide.
    var isAdmitted = false
    /// The client's secret key to its session while it is away.
    var recoveryID: String?
    private var isRestored = false
    /// Events of the recovery log before this index were replayed already.
    private var replayedThrough = 0
    private var lastSentIndex = -1
    private var storedData = SocketObject()
    /// Handlers capture what they like, this socket too: nothing of them may outlive the connection.
    var listeners = SocketListeners()
    private var pendingAcks: [Int: PendingAck] = [:]

    private struct PendingAck {
        var timer: Scheduled<Void>
        var resume: @Sendable (Result<[SocketValue], AckError>) -> Void
    }

    init(namespace: Namespace, client: SocketClient, handshake: Handshake, id: String? = nil) {
        self.id = id ?? Base64.randomIdentifier()
        self.namespace = namespace
        self.client = client
        self.eventLoop = client.connection.eventLoop
        self.handshake = handshake
    }

    func onLoop(_ body: @escaping @Sendable () -> Void) {
        if self.eventLoop.inEventLoop { body() } else { self.eventLoop.execute(body) }
    }

    /// What the application wants to remember of this client. On the event loop; ``BroadcastOperator/fetchSockets()``
    /// brings it elsewhere.
    public var data: SocketObject {
        get {
            self.eventLoop.preconditionInEventLoop()
            return self.storedData
        }
        set {
            self.eventLoop.preconditionInEventLoop()
            self.storedData = newValue
        }
    }

    // MARK: Sending

    /// Sends an event to this client.
    /// - Precondition: the name is none of the protocol's own (`connect`, `disconnect`, …).
    public func emit(_ event: String, _ arguments: SocketValue...) { self.emit(event, arguments: arguments) }

    /// Sends an event with a list of arguments.
    public func emit(_ event: String, arguments: [SocketValue]) {
        precondition(!ReservedEvent.names.contains(event), "reserved event name")
        if self.namespace.broadcastRecoverably(event, arguments, to: BroadcastTarget(rooms: [self.id])) { return }
        self.onLoop {
            guard self.isAdmitted, let client = self.client else { return }
            self.announce(event, arguments)
            client.send(
                SocketPacketEncoder.event(namespace: self.namespace.name, name: event, arguments: arguments))
        }
    }

    /// Sends the event `message`.
    public func send(_ arguments: SocketValue...) { self.emit("message", arguments: arguments) }

    /// Sends an event and says what became of it.
    public func emitWithResult(_ event: String, _ arguments: SocketValue...) async -> SendResult {
        await SocketEmitter(socket: self).emitWithResult(event, arguments: arguments)
    }

    /// Drops what cannot leave at once.
    public var volatile: SocketEmitter { SocketEmitter(socket: self).volatile }

    /// Whether what is sent may be compressed where that is configured; it may by default.
    public func compress(_ flag: Bool) -> SocketEmitter { SocketEmitter(socket: self).compress(flag) }

    /// While the client is slow, only the newest event of this key waits for it.
    public func conflated(key: String) -> SocketEmitter { SocketEmitter(socket: self).conflated(key: key) }

    /// Sends an event and waits for the client's answer.
    /// - Throws: ``AckError``; a disconnect ends the wait at once.
    public func emitWithAck(
        _ event: String, _ arguments: SocketValue..., timeout: TimeAmount
    ) async throws -> [SocketValue] {
        try await self.emitWithAck(event, arguments: arguments, timeout: timeout)
    }

    /// Sends with a list of arguments and waits for the client's answer.
    /// - Throws: ``AckError``; a disconnect ends the wait at once.
    public func emitWithAck(
        _ event: String, arguments: [SocketValue], timeout: TimeAmount
    ) async throws -> [SocketValue] {
        precondition(!ReservedEvent.names.contains(event), "reserved event name")
        return try await withCheckedThrowingContinuation { continuation in
            self.onLoop {
                let id = self.namespace.takeAckID()
                let prepared = PreparedEvent(
                    namespace: self.namespace.name, event: event, arguments: arguments, ackID: id, isVolatile: false)
                self.deliver(prepared, ackID: id, timeout: timeout) {
                    continuation.resume(with: $0.mapError { $0 })
                }
            }
        }
    }

    /// Everybody else in these rooms.
    public func to(_ rooms: String...) -> BroadcastOperator {
        BroadcastOperator(namespace: self.namespace).to(rooms).except(self.id)
    }

    /// Everybody else in the namespace.
    public var broadcast: BroadcastOperator { BroadcastOperator(namespace: self.namespace).except(self.id) }

    /// Everybody else in the namespace on this server process; see ``BroadcastOperator/local``.
    public var local: BroadcastOperator { self.broadcast.local }

    /// Sends an event that is to be answered. `resume` is called once, whatever happens.
    func deliver(
        _ event: PreparedEvent, ackID: Int, timeout: TimeAmount,
        resume: @escaping @Sendable (Result<[SocketValue], AckError>) -> Void
    ) {
        self.eventLoop.assertInEventLoop()
        guard self.isAdmitted, self.client != nil else { return resume(.failure(.disconnected(nil))) }
        guard self.pendingAcks.count < SocketLimits.pendingAcksMax else {
            self.client?.reached(.pendingAcks)
            return resume(.failure(.tooManyPending))
        }
        let timer = self.eventLoop.scheduleTask(in: timeout) { self.settle(ack: ackID, .failure(.timedOut)) }
        self.pendingAcks[ackID] = PendingAck(timer: timer, resume: resume)
        self.deliver(event, key: nil)
    }

    func sendAck(id: Int, _ arguments: [SocketValue]) {
        self.eventLoop.assertInEventLoop()
        self.client?.send(SocketPacketEncoder.ack(namespace: self.namespace.name, id: id, arguments: arguments))
    }

    /// A broadcast has reached this socket.
    /// - Returns: what became of it; `nil` if it was meant for the session before this one.
    @discardableResult
    func deliver(_ event: PreparedEvent, key: ConflationKey?) -> SendResult? {
        self.eventLoop.assertInEventLoop()
        guard self.isAdmitted, let client else { return .dropped(.disconnected) }
        if let index = event.logIndex {
            guard index >= self.replayedThrough else { return nil }
            self.lastSentIndex = index
        }
        self.announce(event.name, event.arguments)
        return client.connection.send(event.message, key: key, isVolatile: event.isVolatile)
    }

    /// Where broadcasts reach this socket on the short way; negative: nowhere yet.
    var lane: OutboundLanes.Index { self.isAdmitted ? self.client?.connection.lane ?? -1 : -1 }

    var lanes: OutboundLanes? { self.client?.connection.engineLoop.lanes }

    /// Broadcasts of the event loop that went on the short way count as any others.
    func countSent(_ count: Int, bytes: Int) { self.client?.connection.engineLoop.countSent(count, bytes: bytes) }

    /// A listener of outgoing events sees them all.
    func barLane() { self.client?.connection.barLane() }

    /// Rooms that it joined while it was not admitted learn where to reach it.
    func admitted() {
        self.eventLoop.assertInEventLoop()
        self.isAdmitted = true
        guard !self.joined.isEmpty, let shard = self.namespace.shard(self.eventLoop) else { return }
        for room in self.joined { shard.updateLane(self, room) }
    }

    // MARK: Recovery

    /// Whether this socket goes on where it was before it lost its connection. On the event loop.
    public var recovered: Bool {
        self.eventLoop.preconditionInEventLoop()
        return self.isRestored
    }

    func restore(_ claim: RecoveryLog.Claim, _ missed: RecoveryLog.Missed) {
        self.eventLoop.assertInEventLoop()
        self.recoveryID = claim.pid
        self.isRestored = true
        self.storedData = claim.session.data
        self.replayedThrough = missed.next
        self.lastSentIndex = missed.lastSent
        for room in claim.session.rooms where room != self.id { self.join(room) }
    }

    // MARK: Rooms

    /// The rooms the socket is in, its own id among them; empty once it has gone. On the event loop.
    public var rooms: Set<String> {
        self.eventLoop.preconditionInEventLoop()
        return self.client == nil ? [] : self.joined.union([self.id])
    }

    /// Joins a room; does nothing for a socket that has gone, or that is in as many rooms as one may be.
    public func join(_ room: String) {
        if self.eventLoop.inEventLoop { return self.joinNow(room) }
        self.namespace.move(on: self.eventLoop) { self.joinNow(room) }
    }

    private func joinNow(_ room: String) {
        guard self.client != nil, self.joined.count < SocketLimits.roomsPerSocketMax else { return }
        guard self.joined.insert(room).inserted else { return }
        self.namespace.join(self, room: room)
    }

    /// Leaves a room. Conflated events of the room that still wait for this client are dropped.
    public func leave(_ room: String) {
        self.onLoop {
            guard self.joined.remove(room) != nil else { return }
            self.namespace.leave(self, room: room)
            self.client?.connection.queue.discard(namespace: self.namespace.name, room: room)
        }
    }

    // MARK: The end

    /// The session below, which all namespaces of the client share (Node: `socket.conn`); `nil` once the socket has
    /// gone. Its id is the client's secret. On the event loop.
    public var connection: EngineConnection? {
        self.eventLoop.preconditionInEventLoop()
        return self.client?.connection
    }

    /// Whether the socket is connected. On the event loop.
    public var isConnected: Bool {
        self.eventLoop.preconditionInEventLoop()
        return self.client != nil
    }

    /// Ends this socket, or with `close` the whole connection and all its namespaces.
    public func disconnect(close: Bool = false) {
        self.onLoop {
            guard self.isAdmitted, let client = self.client else { return }
            if close { return client.disconnect() }
            client.send(SocketPacketEncoder.disconnect(namespace: self.namespace.name))
            client.leave(self, .serverNamespaceDisconnect)
        }
    }

    /// Called once by the client: the rooms are still populated for `disconnecting`, and empty for `disconnect`.
    func ended(_ reason: DisconnectReason) {
        self.eventLoop.assertInEventLoop()
        guard self.client != nil else { return }
        for handler in self.listeners.onDisconnecting { handler(reason) }
        for handler in self.namespace.disconnectingHandlers { handler(self, reason) }
        let rooms = self.joined.union([self.id])
        self.leaveAllRooms()
        self.namespace.leave(self)
        if let recoveryID, reason.isRecoverable {
            self.namespace.saveForRecovery(
                .init(
                    socketID: self.id, rooms: rooms, data: self.storedData, lastSent: self.lastSentIndex,
                    goneSince: max(self.namespace.shard(self.eventLoop)?.logPosition ?? 0, self.replayedThrough),
                    leftAt: .now()),
                pid: recoveryID)
        }
        self.client = nil
        for id in self.pendingAcks.keys { self.settle(ack: id, .failure(.disconnected(reason))) }
        for handler in self.listeners.onDisconnect { handler(reason) }
        self.listeners = SocketListeners()
    }

    /// A middleware said no, or the client left before it said yes: nobody is told.
    func neverAdmitted() {
        self.eventLoop.assertInEventLoop()
        self.leaveAllRooms()
        self.client = nil
        self.listeners = SocketListeners()
    }

    private func leaveAllRooms() {
        for room in self.joined { self.namespace.leave(self, room: room) }
        self.joined = []
    }

    // MARK: Receiving

    /// An answer nobody waits for, or a second one, is dropped.
    func received(ack id: Int, _ arguments: [SocketValue]) { self.settle(ack: id, .success(arguments)) }

    private func settle(ack id: Int, _ result: Result<[SocketValue], AckError>) {
        guard let pending = self.pendingAcks.removeValue(forKey: id) else { return }
        pending.timer.cancel()
        pending.resume(result)
    }
}
