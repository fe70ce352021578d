import ExampleHost
import SocketIO

/// The smallest chat: what one says, all get. `HOST` and `PORT` come from the environment.
@main
struct ChatTutorial {
    static func main() async throws {
        let host = try ExampleHost(port: 8000)
        let io = host.io
        io.of("/").onConnection { socket in
            socket.on("chat") { event in
                io.emit("chat", arguments: event.arguments)
            }
        }
        try await host.run()
    }
}
