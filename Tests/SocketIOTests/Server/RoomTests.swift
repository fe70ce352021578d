import NIOCore
import SocketIO
import Testing

/// Rooms and broadcasts over sockets that live on different event loops.
@Suite(.timeLimit(.minutes(1))) struct RoomTests {
    /// Clients that have joined `/` and these rooms, by their names.
    private static func clients(
        _ server: TestServer, _ rooms: [(name: String, rooms: [String])]
    ) async throws -> [String: WebSocketClient] {
        server.io.of("/").onConnection { socket in
            socket.on("join") { event in
                for room in event.arguments { socket.join(room.stringValue ?? "") }
                event.acknowledge()
            }
            socket.on("leave") { event in
                for room in event.arguments { socket.leave(room.stringValue ?? "") }
                event.acknowledge()
            }
            socket.on("tell") { event in
                socket.to(event.arguments[0].stringValue ?? "").emit("note", event.arguments[1])
                event.acknowledge()
            }
        }
        var clients: [String: WebSocketClient] = [:]
        for (name, rooms) in rooms {
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.call("join", rooms)
            clients[name] = client
        }
        return clients
    }

    /// The names of the clients that got `note` since the last time, once for each time, in order.
    private static func receivers(
        _ server: TestServer, _ clients: [String: WebSocketClient]
    ) async throws -> [String] {
        server.io.emit("fence")
        var names: [String] = []
        for (name, client) in clients {
            for text in try await client.texts(before: #"42["fence"]"#) {
                #expect(text.hasPrefix(#"42["note""#))
                names.append(name)
            }
        }
        return names.sorted()
    }

    @Test func trap51_broadcastsReachWhomTheyShould() async throws {
        try await TestServer.run { server in
            let clients = try await Self.clients(
                server, [("a", ["x"]), ("b", ["x", "y"]), ("c", ["y", "z"]), ("d", [])])
            let io = server.io
            func receivers() async throws -> [String] { try await Self.receivers(server, clients) }

            io.emit("note")
            #expect(try await receivers() == ["a", "b", "c", "d"])
            io.to("x").emit("note")
            #expect(try await receivers() == ["a", "b"])
            io.to("nobody").emit("note")
            #expect(try await receivers() == [])
            io.to("x", "y").emit("note")
            #expect(try await receivers() == ["a", "b", "c"], "trap 51: once, although b is in both")
            io.to("x").to("y").except("z").emit("note")
            #expect(try await receivers() == ["a", "b"])
            io.of("/").except("x").emit("note")
            #expect(try await receivers() == ["c", "d"])
            let own = try #require(clients["d"]?.socketID)
            io.to(own).emit("note")
            #expect(try await receivers() == ["d"], "a socket's id is a room")
            io.to("x", own).emit("note")
            #expect(try await receivers() == ["a", "b", "d"])
            io.of("/").except(own).emit("note")
            #expect(try await receivers() == ["a", "b", "c"])
        }
    }

    @Test func trap52_anOperatorIsAValue() async throws {
        try await TestServer.run { server in
            let clients = try await Self.clients(server, [("a", ["x"]), ("b", ["y"])])
            let toX = server.io.to("x")
            _ = toX.to("y")
            _ = toX.except("x")
            toX.emit("note")
            #expect(try await Self.receivers(server, clients) == ["a"])
            toX.emit("note")
            #expect(try await Self.receivers(server, clients) == ["a"])
        }
    }

    @Test func trap51_aSocketsOwnBroadcastLeavesItOut() async throws {
        try await TestServer.run { server in
            let clients = try await Self.clients(server, [("a", ["x"]), ("b", ["x"])])
            try await clients["a"]?.call("tell", ["x", "hello"])
            #expect(try await Self.receivers(server, clients) == ["b"])
        }
    }

    @Test func leavingAndCounting() async throws {
        try await TestServer.run { server in
            let namespace = server.io.of("/")
            let clients = try await Self.clients(server, [("a", ["x"]), ("b", ["x", "y"]), ("c", [])])
            #expect(namespace.socketCount == 3)
            #expect(namespace.count(inRoom: "x") == 2)
            #expect(namespace.count(inRoom: "nobody") == 0)
            #expect(namespace.count(inRoom: try #require(clients["c"]?.socketID)) == 1)

            try await clients["b"]?.call("leave", ["x"])
            try await clients["b"]?.call("leave", ["x"])
            try await clients["a"]?.call("join", ["x"])
            #expect(namespace.count(inRoom: "x") == 1, "leaving and joining twice count once")
            namespace.to("x").emit("note")
            #expect(try await Self.receivers(server, clients) == ["a"])

            try await clients["a"]?.call("leave", ["x"])
            #expect(namespace.count(inRoom: "x") == 0)
            namespace.to("x").emit("note")
            #expect(try await Self.receivers(server, clients) == [])
        }
    }

    @Test func namespacesAreApart() async throws {
        try await TestServer.run { server in
            _ = server.io.of("/other")
            let root = try await WebSocketClient.open(server)
            try await root.join()
            let other = try await WebSocketClient.open(server)
            try await other.join("/other,")
            server.io.of("other").emit("note")
            server.io.emit("fence")
            server.io.of("/other").emit("fence")
            #expect(try await root.texts(before: #"42["fence"]"#) == [])
            #expect(try await other.texts(before: #"42/other,["fence"]"#) == [#"42/other,["note"]"#])
        }
    }

    @Test func eachEventLoopRunsTheBodiesInTheOrderOfTheCalls() async throws {
        try await TestServer.run { server in
            let clients = try await Self.clients(server, [("a", []), ("b", [])])
            #expect(clients.count == 2)
            let log = EventLog()
            for number in 0..<100 {
                server.io.of("/").onEachEventLoop { local in
                    local.eventLoop.preconditionInEventLoop()
                    local.emit(PreparedEvent(namespace: "/", event: "note", arguments: [.number(number)]))
                    log.record("\(number)")
                }
            }
            #expect(await log.take(200).compactMap { Int($0) }.reduce(0, +) == 2 * 4_950, "once on each of two loops")
            server.io.emit("fence")
            for client in clients.values {
                #expect(try await client.texts(before: #"42["fence"]"#) == (0..<100).map { #"42["note",\#($0)]"# })
            }
        }
    }
}

extension WebSocketClient {
    /// Sends an event with texts as arguments, and awaits its acknowledgement.
    func call(_ event: String, _ arguments: [String] = []) async throws {
        let texts = ([event] + arguments).map { "\"\($0)\"" }.joined(separator: ",")
        try await self.send("427[\(texts)]")
        #expect(try await self.text() == "437[]")
    }
}
