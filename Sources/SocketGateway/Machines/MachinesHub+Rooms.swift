import SocketIO
import TelemetryCore

/// Entering and leaving the rooms of machines. Everything on the socket's event loop.
extension MachinesHub {
    /// `joinRoom`: from the room of one machine into that of another. A join that is refused changes nothing.
    func joinRoom(_ event: EventContext, _ client: MachineClient, _ loop: MachineLoop) throws(ClientError) {
        if Self.namesRejected(event.arguments.first) { return self.joinRejected(event, client) }
        if Self.namesAlarms(event.arguments.first) { return self.joinAlarms(event, client) }
        if Self.namesHandover(event.arguments.first) { return self.joinHandover(event, client) }
        let request = try JoinRequest(event.arguments.first)
        if let feed = self.directory.feed(request.machine) {
            self.enter(feed, request, event, client, loop)
        } else if request.waits {
            self.forgetWaiting(client, loop)
            self.leaveCurrent(client)
            client.waiting = (request, event)
            loop.waiting[request.machine, default: []].insert(client.socket.id)
        } else {
            throw ClientError(.unknownMachine, "No machine \"\(request.machine.name)\" has sent a reading yet.")
        }
    }

    /// Enters the room and takes the history in one tick: the next `machineData` of the room has the answer's
    /// `nextSeq`.
    private func enter(
        _ feed: MachineFeed,
        _ request: JoinRequest,
        _ event: EventContext,
        _ client: MachineClient,
        _ loop: MachineLoop
    ) {
        self.forgetWaiting(client, loop)
        let isNewHere = client.current != feed.machine
        if isNewHere { self.leaveCurrent(client) }
        if let username = request.username { client.username = username }
        client.current = feed.machine
        if isNewHere { self.announceComing(client, feed.machine) }
        client.socket.join(WireEvents.room(of: feed.machine))
        self.presence.enter(client.socket.id, feed.machine, as: client.username, at: self.clock.now())
        if event.expectsAck {
            let (since, limit) = request.bounds(epoch: self.directory.epoch, capacity: self.directory.capacity)
            let delivered = loop.lastDelivered(of: feed.machine)
            let snapshot = feed.snapshot(since: since, through: delivered, limit: limit)
            event.acknowledge(WireEvents.joined(snapshot, now: request.wantsRing ? self.clock.now() : nil))
        }
        let summary = feed.summary(now: self.clock.now())
        client.socket.emit(WireEvents.machineStatus, WireEvents.machineStatus(summary))
        if isNewHere { self.counts.roomChanged(feed.machine) }
    }

    /// `leaveRoom`: the machine that was joined, or the named one; also ends a wait.
    func leaveRoom(_ event: EventContext, _ client: MachineClient, _ loop: MachineLoop) throws(ClientError) {
        if Self.namesRejected(event.arguments.first) { return self.leaveRejected(event, client) }
        if Self.namesAlarms(event.arguments.first) { return self.leaveAlarms(event, client) }
        if Self.namesHandover(event.arguments.first) { return self.leaveHandover(event, client) }
        let named = try event.arguments.first.flatMap(\.stringValue).map(JoinRequest.machine(named:))
        self.forgetWaiting(client, loop)
        if let named, named != client.current {
            if client.watched.remove(named) != nil { self.leaveRoom(of: named, client) }
        } else {
            self.leaveCurrent(client)
        }
        event.acknowledge(["ok": true])
    }

    /// `watch`: the rooms of several machines, besides the one that is joined. Takes the place of the watch before.
    func watch(_ event: EventContext, _ client: MachineClient, _ loop: MachineLoop) throws(ClientError) {
        let request = try WatchRequest(event.arguments.first)
        self.watchRejected(WatchRequest.namesRejected(event.arguments.first), client)
        let wanted: Set<MachineID>
        switch request {
        case .machines(let machines):
            wanted = machines
            client.watchesAll = false
            loop.watchingAll.remove(client.socket.id)
        case .all:
            wanted = Set(self.directory.feeds().map(\.machine))
            client.watchesAll = true
            loop.watchingAll.insert(client.socket.id)
        }
        let left = client.watched.subtracting(wanted)
        let entered = wanted.subtracting(client.watched)
        client.watched = wanted
        for machine in left { self.leaveRoom(of: machine, client) }
        for machine in entered { self.enterRoom(of: machine, client) }
        let list = wanted.map { (machine: $0, nextSequence: loop.lastDelivered(of: $0) + 1) }
        event.acknowledge(WireEvents.watching(list, epoch: self.directory.epoch))
    }

    /// A machine has its first reading, which has not been sent yet: who waited for it joins now and misses nothing.
    func appeared(_ machine: MachineID, _ loop: MachineLoop) {
        for id in loop.watchingAll {
            guard let client = loop.clients[id] else { continue }
            client.watched.insert(machine)
            self.enterRoom(of: machine, client)
        }
        guard let feed = self.directory.feed(machine) else { return }
        for id in loop.waiting.removeValue(forKey: machine) ?? [] {
            guard let client = loop.clients[id], let (request, event) = client.waiting else { continue }
            client.waiting = nil
            self.enter(feed, request, event, client, loop)
        }
    }

    /// Ends a wait; whoever asked for it is told.
    func forgetWaiting(_ client: MachineClient, _ loop: MachineLoop) {
        guard let (request, event) = client.waiting else { return }
        client.waiting = nil
        loop.waiting[request.machine]?.remove(client.socket.id)
        if loop.waiting[request.machine]?.isEmpty == true { loop.waiting[request.machine] = nil }
        if event.expectsAck {
            event.acknowledge(ClientError(.superseded, "The wait was ended.").acknowledgement)
        }
    }

    private func leaveCurrent(_ client: MachineClient) {
        guard let machine = client.current else { return }
        client.current = nil
        // A watch of the same machine goes on.
        if !client.watched.contains(machine) { self.leaveRoom(of: machine, client) }
        self.presence.leave(client.socket.id, machine)
        self.announceLeaving(client, machine)
    }

    private func leaveRoom(of machine: MachineID, _ client: MachineClient) {
        guard machine != client.current else { return }
        client.socket.leave(WireEvents.room(of: machine))
        self.counts.roomChanged(machine)
    }

    private func enterRoom(of machine: MachineID, _ client: MachineClient) {
        client.socket.join(WireEvents.room(of: machine))
        self.counts.roomChanged(machine)
    }
}
