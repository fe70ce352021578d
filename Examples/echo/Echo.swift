import ExampleHost
import SocketIO

/// Greets, sends everything back, and hangs up on `exit`.
@main
struct Echo {
    static func main() async throws {
        let host = try ExampleHost(port: 3000)
        host.io.of("/").onConnection { socket in
            socket.emit("message", "Hello! You are connected to the WebSocket server.")
            socket.on("message", as: String.self) { text, _ in
                if text.lowercased() == "exit" { return socket.disconnect(close: true) }
                socket.emit("message", .string("Server received: \(text)"))
            }
        }
        try await host.run()
    }
}
