import NIOCore
import SocketIO

/// Rooms, and everything that is done to a choice of sockets.
enum RoomEvents {
    private struct Message: Codable {
        var event: String
        var values: [SocketValue]?
        var volatile: Bool?
        var compress: Bool?
        var conflate: String?
        /// How often; for floods.
        var count: Int?
    }

    static func listen(to socket: Socket) {
        socket.on("join") { event in
            for room in event.arguments.compactMap(\.stringValue) { socket.join(room) }
            event.acknowledge(Self.rooms(socket))
        }
        socket.on("leave") { event in
            for room in event.arguments.compactMap(\.stringValue) { socket.leave(room) }
            event.acknowledge(Self.rooms(socket))
        }
        Self.tell(socket)
        Self.move(socket)
    }

    /// The rooms of a socket but its own, in order.
    static func rooms(_ socket: Socket) -> SocketValue { Self.list(socket.rooms.subtracting([socket.id])) }

    private static func list(_ rooms: Set<String>) -> SocketValue { .array(rooms.sorted().map { .string($0) }) }

    private static func tell(_ socket: Socket) {
        // "tell" AUDIENCE MESSAGE
        socket.on("tell") { event in
            guard let audience = try? event.arguments.first?.decode(Audience.self),
                let message = try? event.arguments.last?.decode(Message.self)
            else { return }
            var sockets = audience.sockets(for: socket).compress(message.compress ?? true)
            if message.volatile == true { sockets = sockets.volatile }
            if let key = message.conflate { sockets = sockets.conflated(key: key) }
            for _ in 0..<(message.count ?? 1) { sockets.emit(message.event, arguments: message.values ?? []) }
            event.acknowledge(.number(socket.namespace.socketCount))
        }
        // "tell me" MESSAGE: by the emitter of one socket.
        socket.on("tell me", as: Message.self) { message, event in
            var emitter = socket.compress(message.compress ?? true)
            if message.volatile == true { emitter = emitter.volatile }
            emitter.emit(message.event, arguments: message.values ?? [])
            event.acknowledge()
        }
    }

    private static func move(_ socket: Socket) {
        // "sockets join" AUDIENCE ROOM, "sockets leave" AUDIENCE ROOM
        socket.on("sockets join", as: Audience.self) { audience, event in
            guard let room = event.arguments.last?.stringValue else { return }
            audience.sockets(for: socket).socketsJoin(room)
        }
        socket.on("sockets leave", as: Audience.self) { audience, event in
            guard let room = event.arguments.last?.stringValue else { return }
            audience.sockets(for: socket).socketsLeave(room)
        }
        // "disconnect sockets" AUDIENCE CLOSE
        socket.on("disconnect sockets", as: Audience.self) { audience, event in
            audience.sockets(for: socket).disconnectSockets(close: event.arguments.last?.boolValue == true)
        }
        socket.on("fetch sockets", as: Audience.self) { audience, event in
            Task {
                let found = await audience.sockets(for: socket).fetchSockets()
                let members = found.map { one in
                    SocketObject.Member(
                        name: one.id,
                        value: [
                            "rooms": Self.list(one.rooms.subtracting([one.id])), "data": .object(one.data),
                            "auth": .object(one.handshake.auth),
                        ])
                }
                event.acknowledge(.object(SocketObject(members: members)))
            }
        }
        socket.on("count") { event in
            let counts = event.arguments.compactMap(\.stringValue).map { socket.namespace.count(inRoom: $0) }
            event.acknowledge(arguments: [.number(socket.namespace.socketCount)] + counts.map { .number($0) })
        }
    }
}
