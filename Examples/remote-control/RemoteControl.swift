import ExampleHost
import SocketIO

/// A display and its remotes. Their session id is a room: what is said in it stays in it.
@main
struct RemoteControl {
    static func main() async throws {
        let host = try ExampleHost(port: 3000)
        let io = host.io
        io.of("/").onConnection { socket in
            socket.on("register") { event in
                guard let session = sessionID(event) else {
                    return refuse(event, "A session id is 4 to 12 letters or digits.")
                }
                guard io.of("/").count(inRoom: displayRoom(session)) == 0 else {
                    return refuse(event, "There is a display of this session id already.")
                }
                enter(socket, session)
                socket.join(displayRoom(session))
                event.acknowledge(["ok": true])
            }
            socket.on("join") { event in
                guard let session = sessionID(event), io.of("/").count(inRoom: displayRoom(session)) > 0 else {
                    return refuse(event, "There is no display of this session id.")
                }
                enter(socket, session)
                event.acknowledge(["ok": true])
            }
            for name in ["command", "add", "remove"] { relay(name, of: socket, as: name) }
            // A remote that has just come asks for the playlist, the display answers, the remotes get it.
            relay("sync", of: socket, as: "sync")
            relay("upload", of: socket, as: "download")
        }
        try await host.run()
    }

    /// To the others of the session.
    static func relay(_ name: String, of socket: Socket, as relayedName: String) {
        socket.on(name) { event in
            guard let session = socket.data["session"]?.stringValue else { return }
            socket.to(session).emit(relayedName, arguments: event.arguments)
        }
    }

    /// One session at a time.
    static func enter(_ socket: Socket, _ session: String) {
        if let previous = socket.data["session"]?.stringValue {
            socket.leave(previous)
            socket.leave(displayRoom(previous))
        }
        socket.data["session"] = .string(session)
        socket.join(session)
    }

    static func refuse(_ event: EventContext, _ reason: String) {
        event.acknowledge(["ok": false, "error": .string(reason)])
    }

    /// Short: every socket is in a room of its own 20-letter id, which nobody else is to join.
    static func sessionID(_ event: EventContext) -> String? {
        guard let id = event.arguments.first?.stringValue, (4...12).contains(id.count),
            id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        return id
    }

    /// The display alone; no session id has a colon.
    static func displayRoom(_ session: String) -> String { "display:\(session)" }
}
