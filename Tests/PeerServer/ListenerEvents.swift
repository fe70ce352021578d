import SocketIO

/// Catch-all listeners and packet middleware.
enum ListenerEvents {
    private struct Forbidden: Error, CustomStringConvertible {
        let description = "forbidden"
    }

    static func listen(to socket: Socket) {
        // The connection stays, the event is dropped: so says the documentation of `socket.use`.
        socket.use { event in
            if event.name == "forbidden" { throw Forbidden() }
        }
        socket.onError { socket.emit("refused", .string("\($0)")) }
        socket.on("forbidden") { _ in socket.emit("let through") }
        socket.on("listen to all") { event in
            socket.onAny { heard in
                guard heard.name != "heard" else { return }
                socket.data.append(.array([.string(heard.name)] + heard.arguments), to: "heard")
            }
            socket.onAnyOutgoing { name, arguments in
                socket.data.append(.array([.string(name)] + arguments), to: "told")
            }
            event.acknowledge()
        }
        socket.on("heard") { event in
            event.acknowledge(["heard": socket.data["heard"] ?? [], "told": socket.data["told"] ?? []])
        }
    }
}
