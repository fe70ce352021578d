import NIOCore
import SocketIO
import Testing

/// Traps of namespaces and events that no other suite meets on its way; `docs/traps.md` lists them all.
@Suite(.timeLimit(.minutes(1))) struct ServerTrapTests {
    /// Answers each event with its own arguments, and tells the namespace of each new socket.
    private static func echo(_ namespace: Namespace, _ log: EventLog = EventLog()) {
        namespace.onConnection { socket in
            log.record("connected \(namespace.name)")
            socket.onAny { event in socket.emit(event.name, arguments: event.arguments) }
        }
    }

    @Test func trap26_theSessionIsNotKnownByTheSocketsID() async throws {
        try await TestServer.run { server in
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try #require(!client.socketID.isEmpty)
            #expect(client.socketID != client.sessionID)
            let connection = try await RawConnection.open(server.port)
            let target = "\(server.path)?EIO=4&transport=polling&sid=\(client.socketID)"
            #expect(try await connection.request("GET", target).body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test func trap28_nobodyIsConnectedUnasked() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.echo(server.io.of("/"), log)
            Self.echo(server.io.of("/custom"), log)
            let client = try await WebSocketClient.open(server)
            let polling = try await PollingClient.open(server)
            try await client.join("/custom,")
            #expect(await log.take(1) == ["connected /custom"])
            #expect(server.io.engine.sessionCount == 2)
            #expect(server.io.of("/").socketCount == 0)
            #expect(try await polling.join() == [])
            #expect(await log.take(1) == ["connected /"])
        }
    }

    @Test(arguments: ["40/custom", "40/custom,", "40/custom,{}"])
    func trap29_theCommaMayBeMissing(packet: String) async throws {
        try await TestServer.run { server in
            _ = server.io.of("/custom")
            let client = try await WebSocketClient.open(server)
            try await client.send(packet)
            #expect(try await client.text().hasPrefix(#"40/custom,{"sid":"#))
        }
    }

    @Test func trap30_anUnknownNamespaceIsRefusedAndTheConnectionStays() async throws {
        try await TestServer.run { server in
            Self.echo(server.io.of("/"))
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send("40/random")
            #expect(try await client.text() == #"44/random,{"message":"Invalid namespace"}"#)
            try await client.send(#"42["still here"]"#)
            #expect(try await client.text() == #"42["still here"]"#)
        }
    }

    @Test func trap33_theAnswerToConnectComesFirst() async throws {
        try await TestServer.run { server in
            server.io.of("/").onConnection { socket in
                socket.emit("first")
                socket.namespace.emit("second")
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(try await client.text() == #"42["first"]"#)
            #expect(try await client.text() == #"42["second"]"#)
        }
    }

    @Test func trap35_oneNamespaceEndsAlone() async throws {
        try await TestServer.run { server in
            Self.echo(server.io.of("/"))
            Self.echo(server.io.of("/custom"))
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.join("/custom,")
            try await client.send("41")
            try await client.send(#"42/custom,["x"]"#)
            #expect(try await client.text() == #"42/custom,["x"]"#)
            #expect(server.io.of("/").socketCount == 0)
            #expect(server.io.of("/custom").socketCount == 1)
        }
    }

    @Test func trap41_aNumberIsANameToo() async throws {
        try await TestServer.run { server in
            server.io.of("/").onConnection { socket in
                socket.on("1") { event in socket.emit("got", event.arguments[0]) }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"42[1,"x"]"#)
            #expect(try await client.text() == #"42["got","x"]"#)
        }
    }

    @Test(arguments: ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])
    func trap41_aReservedNameEndsTheConnection(name: String) async throws {
        try await TestServer.run { server in
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"42["\#(name)"]"#)
            await client.connection.awaitEnd()
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func trap48_aPlaceholderInATextPacketIsData() async throws {
        try await TestServer.run { server in
            Self.echo(server.io.of("/"))
            let client = try await WebSocketClient.open(server)
            try await client.join()
            let packet = #"42["m",{"_placeholder":true,"num":0}]"#
            try await client.send(packet)
            #expect(try await client.text() == packet)
        }
    }

    @Test func trap53_theOrderOfASocketIsKept() async throws {
        try await TestServer.run { server in
            Self.echo(server.io.of("/"))
            let socket = try await WebSocketClient.open(server)
            try await socket.join()
            let polling = try await PollingClient.open(server)
            #expect(try await polling.join() == [])
            let packets = (0..<200).map { #"42["m",\#($0)]"# }
            try await polling.posts.send("POST", polling.target, body: packets.joined(separator: "\u{1E}"))
            for packet in packets { try await socket.send(packet) }
            for packet in packets { #expect(try await socket.text() == packet) }
            #expect(try await polling.posts.answer().body == "ok")
            #expect(try await polling.poll().packets == packets)
        }
    }

    @Test func trap59_whoHasLeftJoinsNothing() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.join("early")
                socket.onDisconnect { _ in
                    socket.join("late")
                    log.record("\(socket.rooms)")
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(server.io.of("/").count(inRoom: "early") == 1)
            client.close()
            #expect(await log.take(1) == ["[]"])
            for room in ["early", "late", client.socketID] {
                #expect(server.io.of("/").count(inRoom: room) == 0)
                server.io.of("/").onEachEventLoop { log.record("\($0.hasSockets(inRoom: room))") }
                #expect(await log.take(2) == ["false", "false"])
            }
        }
    }
}
