import NIOCore

/// The sockets of one namespace on one event loop, and their rooms. Confined to that loop.
///
/// Members of a room stand in an array without holes, since walking it is what a broadcast does; each socket knows its
/// place in the arrays it stands in, so that leaving costs the same however large the room is.
final class NamespaceShard {
    private(set) var sockets: [String: Socket] = [:]
    /// The index behind the last event of the recovery log that reached this event loop.
    var logPosition = 0
    /// Outgoing events are being delivered; a listener that sends one itself must not overtake those before it.
    var isDeliveringMail = false
    private var everybody = SocketList()
    private var rooms: [String: SocketList] = [:]

    struct SocketList {
        private(set) var members: ContiguousArray<Socket> = []
        /// Of each member, in the same order.
        private(set) var lanes: ContiguousArray<OutboundLanes.Index> = []
        private var places: [ObjectIdentifier: Int] = [:]

        var isEmpty: Bool { self.members.isEmpty }

        /// - Returns: whether the socket is new here.
        mutating func insert(_ socket: Socket) -> Bool {
            guard self.places[ObjectIdentifier(socket)] == nil else { return false }
            self.places[ObjectIdentifier(socket)] = self.members.count
            self.members.append(socket)
            self.lanes.append(socket.lane)
            return true
        }

        mutating func remove(_ socket: Socket) -> Bool {
            guard let place = self.places.removeValue(forKey: ObjectIdentifier(socket)) else { return false }
            let last = self.members.removeLast()
            let lastLane = self.lanes.removeLast()
            if last !== socket {
                self.members[place] = last
                self.lanes[place] = lastLane
                self.places[ObjectIdentifier(last)] = place
            }
            return true
        }

        mutating func updateLane(_ socket: Socket) {
            if let place = self.places[ObjectIdentifier(socket)] { self.lanes[place] = socket.lane }
        }
    }

    /// Receivers on one event loop from which on it gets a copy of a broadcast of its own. All receivers share its
    /// bytes, and count their references to them: event loops that do this at the same time wait for each other.
    private static let sharersMax = 16

    func add(_ socket: Socket) {
        self.sockets[socket.id] = socket
        _ = self.everybody.insert(socket)
    }

    func remove(_ socket: Socket) {
        self.sockets[socket.id] = nil
        _ = self.everybody.remove(socket)
    }

    func join(_ socket: Socket, _ room: String) -> Bool { self.rooms[room, default: SocketList()].insert(socket) }

    func leave(_ socket: Socket, _ room: String) -> Bool {
        guard self.rooms[room]?.remove(socket) == true else { return false }
        if self.rooms[room]?.isEmpty == true { self.rooms[room] = nil }
        return true
    }

    func updateLane(_ socket: Socket, _ room: String) { self.rooms[room]?.updateLane(socket) }

    /// What `body` sends to one receiver leaves in one write, where that is possible.
    func batch(isUrgent: Bool, _ body: () -> Void) {
        if let lanes = self.everybody.members.first?.lanes { lanes.batch(isUrgent: isUrgent, body) } else { body() }
    }

    var hasSockets: Bool { !self.everybody.isEmpty }

    func hasSockets(inRoom room: String) -> Bool { self.rooms[room] != nil || self.sockets[room] != nil }

    /// The sockets of one room; a socket's own id is a room of its own.
    func members(of room: String) -> ContiguousArray<Socket> {
        if let list = self.rooms[room] { return list.members }
        return self.sockets[room].map { [$0] } ?? []
    }

    /// Gives an event to everybody it is meant for, once each.
    func deliver(_ event: PreparedEvent, to target: BroadcastTarget) {
        defer { event.report?.loopFinished() }
        switch (target.rooms.count, target.except.isEmpty) {
        case (0, true): self.deliver(event, self.everybody, room: "")
        case (1, true):
            let room = target.rooms[0]
            if let list = self.rooms[room] {
                self.deliver(event, list, room: room)
            } else if let socket = self.sockets[room] {
                self.deliver(event, [socket], room: room)
            }
        default: self.forEachChosen(target) { room, sockets in self.deliver(event, sockets, room: room) }
        }
    }

    /// The sockets that a target means, once each.
    func sockets(in target: BroadcastTarget) -> [Socket] {
        var chosen: [Socket] = []
        self.forEachChosen(target) { _, sockets in chosen += sockets }
        return chosen
    }

    /// Room by room, each socket with the first of its rooms.
    private func forEachChosen(_ target: BroadcastTarget, _ body: (String, ContiguousArray<Socket>) -> Void) {
        var taken = Set<ObjectIdentifier>()
        for room in target.except {
            for socket in self.members(of: room) { taken.insert(ObjectIdentifier(socket)) }
        }
        let rooms = target.rooms.isEmpty ? [""] : target.rooms
        for room in rooms {
            let members = target.rooms.isEmpty ? self.everybody.members : self.members(of: room)
            body(room, ContiguousArray(members.filter { taken.insert(ObjectIdentifier($0)).inserted }))
        }
    }

    /// To those whose lanes are open on the short way, to the others one by one.
    private func deliver(_ event: PreparedEvent, _ list: SocketList, room: String) {
        guard event.logIndex == nil, event.report == nil, let first = list.members.first, let lanes = first.lanes else {
            return self.deliver(event, list.members, room: room)
        }
        var others: ContiguousArray<Int> = []
        let frames = event.message.frames
        let sent = lanes.send(frames, to: list.lanes, others: &others)
        first.countSent(sent, bytes: frames.readableBytes)
        if !others.isEmpty { self.deliver(event, ContiguousArray(others.map { list.members[$0] }), room: room) }
    }

    private func deliver(_ event: PreparedEvent, _ members: ContiguousArray<Socket>, room: String) {
        guard !members.isEmpty else { return }
        let key = event.key(room: room)
        let event = members.count > Self.sharersMax ? event.unshared() : event
        for socket in members {
            let result = socket.deliver(event, key: key)
            if let report = event.report, let result { report.add(result) }
        }
    }
}

/// Who a broadcast is for: the union of `rooms` (all sockets if empty) without those in any of `except`.
struct BroadcastTarget: Sendable, Equatable {
    var rooms: [String] = []
    var except: [String] = []
}
