import ExampleHost
import SocketIO

/// Rooms within namespaces. A user is in one room at a time.
@main
struct RoomChat {
    static func main() async throws {
        let host = try ExampleHost(port: 3000)
        for topic in ["general", "sports", "movies"] {
            serve(host.io.of("/\(topic)"), topic)
        }
        try await host.run()
    }

    static func serve(_ namespace: Namespace, _ topic: String) {
        let users = Counter()
        namespace.onConnection { socket in
            let fallbackName = "\(topic)_User\(users.next())"
            socket.data["username"] = .string(fallbackName)
            socket.on("joinRoom") { event in
                // Either {roomName, username} or the name of the room alone.
                let wish = event.arguments.first
                guard let room = (wish?["roomName"] ?? wish)?.stringValue, !room.isEmpty else {
                    return socket.emit("message", message("Server", "A room needs a name."))
                }
                leaveRoom(socket)
                let name = wish?["username"]?.stringValue ?? ""
                socket.data["username"] = .string(name.isEmpty ? fallbackName : name)
                join(socket, room)
                event.acknowledge(["room": .string(room), "username": socket.data["username"] ?? nil])
            }
            socket.on("chatMessage", as: String.self) { text, _ in
                guard let room = socket.data["room"]?.stringValue else {
                    return socket.emit("message", message("Server", "Join a room before you send a message."))
                }
                namespace.to(room).emit("message", message(username(socket), text))
            }
            socket.onDisconnect { _ in leaveRoom(socket) }
        }
    }

    static func join(_ socket: Socket, _ room: String) {
        socket.data["room"] = .string(room)
        socket.join(room)
        socket.emit("message", message("Server", "Welcome to \(room), \(username(socket))!"))
        socket.to(room).emit("message", message("Server", "\(username(socket)) joined the room."))
        announceCount(socket.namespace, room)
    }

    /// Also for a socket that has gone, and with it from the room.
    static func leaveRoom(_ socket: Socket) {
        guard let room = socket.data["room"]?.stringValue else { return }
        socket.data["room"] = nil
        socket.leave(room)
        socket.to(room).emit("message", message("Server", "\(username(socket)) left the room."))
        announceCount(socket.namespace, room)
    }

    static func announceCount(_ namespace: Namespace, _ room: String) {
        let count = namespace.count(inRoom: room)
        namespace.to(room).emit("roomCountUpdate", ["room": .string(room), "count": .number(count)])
    }

    static func username(_ socket: Socket) -> String { socket.data["username"]?.stringValue ?? "Somebody" }

    static func message(_ sender: String, _ text: String) -> SocketValue {
        ["sender": .string(sender), "text": .string(text)]
    }
}
