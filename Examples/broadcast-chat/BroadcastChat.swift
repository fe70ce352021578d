import ExampleHost
import SocketIO

/// One room for everybody: who comes, who says what, who goes.
@main
struct BroadcastChat {
    static func main() async throws {
        let host = try ExampleHost(port: 3000)
        let io = host.io
        let users = Counter()
        io.of("/").onConnection { socket in
            let name = "User\(users.next())"
            socket.emit("message", message("Server", "Welcome to the chat, \(name)!"))
            socket.broadcast.emit("message", message("Server", "\(name) joined the chat."))
            socket.on("chatMessage", as: String.self) { text, _ in
                io.emit("message", message(name, text))
            }
            socket.onDisconnect { _ in
                io.emit("message", message("Server", "\(name) left the chat."))
            }
        }
        try await host.run()
    }

    static func message(_ sender: String, _ text: String) -> SocketValue {
        ["sender": .string(sender), "text": .string(text)]
    }
}
