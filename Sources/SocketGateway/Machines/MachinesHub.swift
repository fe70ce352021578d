import Logging
import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// The namespace `/machines` (interface section 5): rooms, watches, chat, counts.
///
/// State of a client lives on its event loop (``MachineLoop``). What arrives from a client is checked before it touches
/// anything; what is refused is answered and counted.
final class MachinesHub: Sendable {
    let namespace: Namespace
    let directory: MachineDirectory
    let clock: WallClock
    let counts: CountAnnouncer
    let fleet: FleetAnnouncer
    let messages: MessageBoard
    let handover: HandoverDesk
    /// Changes of the list over HTTP.
    let handoverTurns = SharedRateLimit(burst: Limits.handoverBurst, refill: Limits.handoverRefill)
    let presence: PresenceAnnouncer
    let rejections: RejectionLog
    let rejected: RejectionAnnouncer
    let alarms: AlarmDesk
    let alarmEvents: AlarmAnnouncer
    let streams = StreamStatistics()
    private let loops: [ObjectIdentifier: NIOLoopBoundBox<MachineLoop>]
    private let refused = Atomic(0)

    /// Before the store starts: what the directory has now is what every loop counts as sent.
    init(
        server: Server,
        store: TelemetryStore,
        eventLoopGroup: any EventLoopGroup,
        clock: WallClock
    ) {
        self.namespace = server.of(WireEvents.machinesNamespace)
        let directory = store.directory
        self.directory = directory
        self.messages = store.messages
        self.handover = store.handover
        self.presence = PresenceAnnouncer(namespace: self.namespace, eventLoop: eventLoopGroup.next())
        let list = HandoverAnnouncer(
            namespace: self.namespace, desk: store.handover, eventLoop: eventLoopGroup.next())
        store.handover.addListener { list.changed() }
        let rejections = store.rejections
        self.rejections = rejections
        let rejected = RejectionAnnouncer(namespace: self.namespace, eventLoop: eventLoopGroup.next())
        self.rejected = rejected
        rejections.addListener { rejected.announce($0) }
        let alarms = store.alarms
        self.alarms = alarms
        let alarmEvents = AlarmAnnouncer(namespace: self.namespace, desk: alarms, eventLoop: eventLoopGroup.next())
        self.alarmEvents = alarmEvents
        alarms.addListener { alarmEvents.announce($0, $1) }
        self.clock = clock
        self.counts = CountAnnouncer(namespace: self.namespace, eventLoop: eventLoopGroup.next())
        self.fleet = FleetAnnouncer(
            namespace: self.namespace,
            directory: directory,
            clock: clock,
            eventLoop: eventLoopGroup.next()
        )
        var loops: [ObjectIdentifier: NIOLoopBoundBox<MachineLoop>] = [:]
        for eventLoop in eventLoopGroup.makeIterator() {
            let loop = MachineLoop(seededFrom: directory)
            loops[ObjectIdentifier(eventLoop)] = NIOLoopBoundBox.makeBoxSendingValue(loop, eventLoop: eventLoop)
        }
        self.loops = loops
        self.namespace.onConnection { socket in self.connected(socket) }
        self.listen()
    }

    /// Events of clients that were refused since the start.
    var refusedEvents: Int { self.refused.load(ordering: .relaxed) }

    /// The part on the current event loop.
    func loop(_ eventLoop: any EventLoop) -> MachineLoop? {
        self.loops[ObjectIdentifier(eventLoop)]?.value
    }

    // MARK: Coming and going, on the socket's event loop

    private func connected(_ socket: Socket) {
        guard let loop = self.loop(socket.eventLoop) else { return socket.disconnect(close: true) }
        loop.clients[socket.id] = MachineClient(socket)
        socket.emit(WireEvents.machines, WireEvents.machines(self.directory.summaries(now: self.clock.now())))
        self.counts.usersChanged()
    }

    /// What clients may ask for; once for all of them, as a closure for each would be most of their memory.
    private func listen() {
        self.on("joinRoom") { try self.joinRoom($0, $1, $2) }
        self.on("leaveRoom") { try self.leaveRoom($0, $1, $2) }
        self.on("watch") { try self.watch($0, $1, $2) }
        self.on("chatMessage") { try self.chatMessage($0, $1, $2) }
        self.on("acknowledgeAlarm") { event, client, _ in try self.change(.acknowledge, event, client) }
        self.on("shelveAlarm") { event, client, _ in try self.change(.shelve, event, client) }
        self.on("unshelveAlarm") { event, client, _ in try self.change(.unshelve, event, client) }
        self.on("rename") { try self.rename($0, $1, $2) }
        self.namespace.onDisconnecting { socket, _ in self.disconnecting(socket) }
    }

    private func on(
        _ event: String,
        _ body: @escaping @Sendable (EventContext, MachineClient, MachineLoop) throws -> Void
    ) {
        self.namespace.onEvent(event) { context in
            let socket = context.socket
            guard let loop = self.loop(socket.eventLoop), let client = loop.clients[socket.id] else { return }
            do {
                try body(context, client, loop)
            } catch let error as ClientError {
                self.refuse(context, error)
            } catch {
                self.refuse(context, ClientError(.badRequest, "This cannot be done."))
            }
        }
    }

    private func disconnecting(_ socket: Socket) {
        guard let loop = self.loop(socket.eventLoop), let client = loop.clients.removeValue(forKey: socket.id) else {
            return
        }
        loop.watchingAll.remove(socket.id)
        self.forgetWaiting(client, loop)
        if client.followsRejected { self.counts.roomChanged(WireEvents.rejectedRoom) }
        if client.followsAlarms { self.counts.roomChanged(WireEvents.alarmsRoom) }
        if client.hasJoinedHandover { self.counts.roomChanged(WireEvents.handoverRoom) }
        for machine in client.machines { self.counts.roomChanged(machine) }
        self.counts.usersChanged()
        if let machine = client.current {
            self.presence.leave(socket.id, machine)
            self.announceLeaving(client, machine)
        }
    }

    /// Tells the client why nothing happened.
    func refuse(_ event: EventContext, _ error: ClientError) {
        self.refused.add(1, ordering: .relaxed)
        if event.expectsAck {
            event.acknowledge(error.acknowledgement)
        } else {
            event.socket.emit(WireEvents.errorMessage, error.wireValue)
        }
    }

    // MARK: Readings

    /// Sends a batch on one event loop, and records in the same tick how far this loop has got.
    /// - Parameter isUrgent: the readings have waited before.
    func deliver(_ batch: [LiveReading], isUrgent: Bool, to local: LocalNamespace) {
        guard batch.count > 1 || isUrgent else { return self.deliverNow(batch, to: local) }
        local.batch(isUrgent: isUrgent) { self.deliverNow(batch, to: local) }
    }

    private func deliverNow(_ batch: [LiveReading], to local: LocalNamespace) {
        guard let loop = self.loop(local.eventLoop) else { return }
        // Where nobody listens, a reading costs one look into a table and no more.
        let hasListeners = local.hasSockets || loop.hasStreams
        for live in batch {
            var room = loop.advance(to: live)
            if room == nil {
                loop.begin(live)
                // Whoever takes this for the moment to join gets this reading as the next.
                self.appeared(live.machine, loop)
                room = loop.advance(to: live)
            }
            guard hasListeners, let room else { continue }
            if local.hasSockets(inRoom: room) { local.emit(live.machinesEvent, toRoom: room) }
            if loop.hasStreams { loop.deliverToStreams(live) }
        }
        loop.flushStreams()
    }
}
