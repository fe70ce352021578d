import ExampleHost
import SocketIO

/// Three chats on one connection that know nothing of each other.
@main
struct NamespaceChat {
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
            let name = "\(topic)_User\(users.next())"
            socket.emit("message", message("Server", "Welcome to \(topic), \(name)!"))
            socket.broadcast.emit("message", message("Server", "\(name) joined the chat."))
            namespace.emit("userCountUpdate", ["count": .number(namespace.socketCount)])
            socket.on("chatMessage", as: String.self) { text, _ in
                namespace.emit("message", message(name, text))
            }
            socket.onDisconnect { _ in
                namespace.emit("message", message("Server", "\(name) left the chat."))
                namespace.emit("userCountUpdate", ["count": .number(namespace.socketCount)])
            }
        }
    }

    static func message(_ sender: String, _ text: String) -> SocketValue {
        ["sender": .string(sender), "text": .string(text)]
    }
}
