#if os(Linux)
    import NIOCore
    import Testing

    @testable import SocketIO

    /// Which connections become WebSockets without a channel, and how such a one ends. Everything else about them is in
    /// all the other tests, which `make test-swift` runs both ways.
    @Suite(.timeLimit(.minutes(1))) struct AdoptionTests {
        private static func run(
            configure: (inout Server.Configuration) -> Void = { _ in }, _ body: (TestServer) async throws -> Void
        ) async throws {
            try await TestServer.run(
                configure: { configuration in
                    configuration.engine.sendsDirectly = true
                    configure(&configuration)
                }, body)
        }

        private static let upgrade = [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]

        private static func request(_ headers: [String], query: String = "EIO=4&transport=websocket") -> String {
            (["GET /socket.io/?\(query) HTTP/1.1", "Host: a"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
        }

        @Test func aWebSocketIsAdoptedAndAPollIsNot() async throws {
            try await Self.run { server in
                let client = try await WebSocketClient.open(server)
                try await client.join()
                #expect(server.io.engine.adoptedSocketCount == 1)
                let polling = try await PollingClient.open(server)
                #expect(try await polling.join() == [])
                #expect(server.io.engine.adoptedSocketCount == 1)
                let candidate = try await WebSocketClient.open(server, sessionID: polling.sessionID)
                #expect(server.io.engine.adoptedSocketCount == 2)
                try await candidate.send("2probe")
                #expect(try await candidate.text() == "3probe")
            }
        }

        @Test func withoutTheFastWayOutNobodyIs() async throws {
            try await Self.run(configure: { $0.engine.sendsDirectly = false }) { server in
                try await WebSocketClient.open(server).join()
                #expect(server.io.engine.adoptedSocketCount == 0)
            }
        }

        /// Who wants to be asked is asked, once, on the long way.
        @Test func theApplicationDecides() async throws {
            let log = EventLog()
            try await Self.run(
                configure: { configuration in
                    configuration.engine.allowRequest = { _ in
                        log.record("asked")
                        return nil
                    }
                },
                { server in
                    try await WebSocketClient.open(server).join()
                    #expect(server.io.engine.adoptedSocketCount == 0)
                    log.record("end")
                    #expect(await log.take(2) == ["asked", "end"])
                })
        }

        /// The answers are those of the long way: it gives them.
        @Test(
            arguments: [
                ("EIO=3&transport=websocket", 400), ("EIO=4&transport=telepathy", 400),
                ("EIO=4&transport=websocket&sid=nobody", 400),
            ]) func refusalsComeTheLongWay(query: String, status: Int) async throws
        {
            try await Self.run { server in
                let connection = try await RawConnection.open(server.port)
                try await connection.write(Self.request(Self.upgrade, query: query))
                #expect(try await connection.answer().status == status)
                #expect(server.io.engine.adoptedSocketCount == 0)
            }
        }

        @Test func aRequestInPiecesGoesTheLongWay() async throws {
            try await Self.run { server in
                let connection = try await RawConnection.open(server.port)
                let text = Self.request(Self.upgrade)
                try await connection.write(String(text.prefix(40)))
                // Until the first piece has been looked at.
                let other = try await WebSocketClient.open(server)
                try await other.join()
                await server.settle()
                try await connection.write(String(text.dropFirst(40)))
                #expect(try await connection.answer().status == 101)
            }
        }

        @Test func framesInOneWriteWithTheRequest() async throws {
            try await Self.run { server in
                server.io.of("/").onConnection { socket in
                    socket.on("echo") { socket.emit("echo", arguments: $0.arguments) }
                }
                let connection = try await RawConnection.open(server.port)
                var bytes = ByteBuffer(string: Self.request(Self.upgrade))
                bytes.writeImmutableBuffer(ClientFrame.text("40"))
                bytes.writeImmutableBuffer(ClientFrame.text(#"42["echo",1]"#))
                try await connection.write(bytes)
                #expect(try await connection.answer().status == 101)
                #expect(server.io.engine.adoptedSocketCount == 1)
                var text = ""
                while !text.contains("echo") {
                    let length = Int(try await connection.bytes(2).getInteger(at: 1, as: UInt8.self) ?? 0)
                    text = String(buffer: try await connection.bytes(length))
                }
                #expect(text == #"42["echo",1]"#)
            }
        }

        private static func awaitNoAdopted(_ server: TestServer) async throws {
            while server.io.engine.adoptedSocketCount > 0 { await server.settle() }
        }

        @Test(arguments: ["close frame", "FIN", "reset"]) func theClientGoes(how: String) async throws {
            let log = EventLog()
            try await Self.run { server in
                server.io.of("/").onConnection { socket in socket.onDisconnect { log.record("\($0)") } }
                let client = try await WebSocketClient.open(server)
                try await client.join()
                switch how {
                case "close frame": try await client.connection.write(ClientFrame.make(.close, ByteBuffer()))
                case "FIN": try await client.connection.finishWriting()
                default:
                    try await client.connection.reset()
                }
                let reason = await log.take(1)
                #expect(reason == [how == "reset" ? "transport error" : "transport close"])
                // After a close frame it is the client's turn to close.
                if how == "close frame" { client.close() }
                try await Self.awaitNoAdopted(server)
            }
        }

        /// The answer to its close frame is not waited for longer than the limit.
        @Test func theServerCloses() async throws {
            try await Self.run { server in
                let client = try await WebSocketClient.open(server)
                try await client.join()
                server.io.of("/").disconnectSockets(close: true)
                #expect(try await client.text() == "41")
                #expect(try await client.frame().opcode == WebSocketFrame.Opcode.close.rawValue)
                await client.connection.awaitEnd()
                try await Self.awaitNoAdopted(server)
            }
        }

        /// Much more than the socket takes at once, in pieces as it takes them.
        @Test func aLongMessageLeavesInParts() async throws {
            let text = String(repeating: "0123456789", count: 100_000)
            try await Self.run { server in
                server.io.of("/").onConnection { socket in socket.on("give") { _ in socket.emit("n", .string(text)) } }
                let client = try await WebSocketClient.open(server)
                try await client.join()
                #expect(server.io.engine.adoptedSocketCount == 1)
                try await client.stopReading()
                try await client.send(#"42["give"]"#)
                try await client.send(#"42["give"]"#)
                await server.settle()
                try await client.resumeReading()
                for _ in 0..<2 { #expect(try await client.text() == #"42["n",""# + text + #""]"#) }
            }
        }
    }

    @Suite struct AdoptedSocketsTests {
        @Test func aTokenKeepsItsParts() {
            let names: [(Int, UInt32, UInt32)] = [(0, 0, 0), (254, .max, 0xFF_FFFF), (7, 5000, 3)]
            for (loop, place, generation) in names {
                let token = SocketWatcher.Token(loop: loop, place: place, generation: generation)
                #expect(token.loop == loop && token.place == place && token.generation == generation)
                #expect(SocketWatcher.Token(raw: token.raw) == token)
                #expect(token.raw != .max)
            }
        }

        /// A place is used again, under another name.
        @Test func newsOfOneThatIsGoneReachNobody() {
            var sockets = AdoptedSockets(loop: 3)
            let first = sockets.reserve()
            let other = sockets.reserve()
            #expect(first.place != other.place)
            sockets.remove(first)
            let second = sockets.reserve()
            #expect(second.place == first.place && second != first)
            #expect(sockets[first] == nil && sockets[second] == nil)
            #expect(sockets[SocketWatcher.Token(loop: 3, place: 99, generation: 0)] == nil)
        }
    }
#endif
