import NIOCore
import SocketIO

/// `/private`, which asks who comes.
enum GuardedNamespaces {
    /// An error that is no `ConnectError`: the client gets its description, and no data.
    private struct Unknown: Error, CustomStringConvertible {
        let description = "unknown token"
    }

    static func make(on server: Server) {
        let namespace = server.of("/private")
        namespace.use { socket in
            await Task.yield()
            switch socket.handshake.auth["token"]?.stringValue {
            case "open sesame": break
            case nil: throw ConnectError("no token", data: ["code": 401, "hints": ["say it"]])
            case _?: throw Unknown()
            }
        }
        namespace.use { socket in
            // Asked only when the one before was content. What is set here is there when the socket connects.
            try await socket.eventLoop.submit { socket.data["user"] = "Ali Baba" }.get()
            socket.join("admitted")
        }
        namespace.onConnection { OrdinaryEvents.listen(to: $0) }
    }
}
