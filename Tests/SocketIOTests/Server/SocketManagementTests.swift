import NIOCore
import SocketIO
import Testing

/// Many sockets at once, on both event loops: fetching, moving, ending, asking them (protocol notes, section 2b).
@Suite(.timeLimit(.minutes(1))) struct SocketManagementTests {
    /// Clients a0…a5; those with an even number are in room `even`.
    private static func crowd(_ server: TestServer) async throws -> [WebSocketClient] {
        server.io.of("/").onConnection { socket in
            let name = socket.handshake.auth["name"]?.stringValue ?? ""
            socket.data["name"] = .string(name)
            if name.last?.wholeNumberValue?.isMultiple(of: 2) == true { socket.join("even") }
        }
        var clients: [WebSocketClient] = []
        for number in 0..<6 {
            let client = try await WebSocketClient.open(server)
            try await client.join(#"{"name":"a\#(number)"}"#)
            clients.append(client)
        }
        return clients
    }

    @Test func fetchSocketsBringsRoomsAndData() async throws {
        try await TestServer.run { server in
            let clients = try await Self.crowd(server)
            let all = await server.io.of("/").to().fetchSockets()
            #expect(Set(all.map(\.id)) == Set(clients.map(\.socketID)))
            let even = await server.io.to("even").fetchSockets()
            #expect(even.compactMap { $0.data["name"]?.stringValue }.sorted() == ["a0", "a2", "a4"])
            #expect(even.allSatisfy { $0.rooms == ["even", $0.id] })
            #expect(even.allSatisfy { $0.handshake.auth["name"] == $0.data["name"] })
            #expect(await server.io.to("nobody").fetchSockets().isEmpty)
        }
    }

    @Test func whatAHandlerMovesAndSendsKeepsItsOrder() async throws {
        try await TestServer.run { server in
            server.io.of("/").onConnection { socket in
                socket.join("room")
                socket.on("move") { _ in
                    server.io.to("room").emit("before")
                    server.io.to("room").socketsLeave("room")
                    server.io.to("room").emit("to nobody")
                    server.io.to(socket.id).socketsJoin("other")
                    server.io.to("other").emit("after")
                    server.io.to("other").disconnectSockets()
                    server.io.emit("too late")
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"42["move"]"#)
            #expect(try await client.texts(before: "41") == [#"42["before"]"#, #"42["after"]"#])
        }
    }

    /// From a thread that is no event loop: a room counts as empty until the socket has joined it there.
    @Test func whoIsOnTheWayIntoARoomGetsWhatIsSentBehind() async throws {
        try await TestServer.run { server in
            let client = try await WebSocketClient.open(server)
            try await client.join()
            let socket = try #require(await server.io.to(client.socketID).fetchSockets().first?.socket)
            for number in 0..<50 {
                server.io.to(client.socketID).socketsJoin("moved \(number)")
                server.io.to("moved \(number)").emit("moved", .number(number))
                socket.join("joined \(number)")
                server.io.to("joined \(number)").emit("joined", .number(number))
                #expect(try await client.text() == #"42["moved",\#(number)]"#)
                #expect(try await client.text() == #"42["joined",\#(number)]"#)
            }
        }
    }

    @Test func roomsOfManyAreChangedAtOnce() async throws {
        try await TestServer.run { server in
            _ = try await Self.crowd(server)
            let namespace = server.io.of("/")
            namespace.except("even").socketsJoin("odd", "marked")
            await server.settle()
            #expect(namespace.count(inRoom: "odd") == 3)
            namespace.to("odd").socketsLeave("marked")
            await server.settle()
            #expect(namespace.count(inRoom: "marked") == 0)
            #expect(namespace.count(inRoom: "odd") == 3)
        }
    }

    @Test func manyAreDisconnectedAtOnce() async throws {
        try await TestServer.run { server in
            let clients = try await Self.crowd(server)
            server.io.to("even").disconnectSockets()
            #expect(try await clients[0].text() == "41")
            await server.settle()
            #expect(server.io.of("/").socketCount == 3)
            server.io.of("/").to().disconnectSockets(close: true)
            #expect(try await clients[1].text() == "41")
            #expect(try await clients[1].frame().opcode == WebSocketFrame.Opcode.close.rawValue)
            await server.settle()
            #expect(server.io.of("/").socketCount == 0)
        }
    }

    @Test func aBroadcastThatAsksSaysWhoAnsweredAndWhoLeft() async throws {
        try await TestServer.run { server in
            let clients = try await Self.crowd(server)
            async let answers = server.io.to("even").emitWithAck("ask", 1, timeout: .hours(1))
            for client in [clients[0], clients[2], clients[4]] {
                #expect(try await client.text() == #"420["ask",1]"#)
            }
            try await clients[0].send(#"430["yes",2]"#)
            try await clients[0].send(#"430["twice"]"#)
            clients[2].close()
            try await clients[4].send("41")
            let outcomes = Dictionary(uniqueKeysWithValues: await answers.map { ($0.socketID, $0.result) })
            #expect(outcomes.count == 3)
            #expect(outcomes[clients[0].socketID] == .success(["yes", 2]))
            #expect(outcomes[clients[2].socketID] == .failure(.disconnected(.transportClose)))
            #expect(outcomes[clients[4].socketID] == .failure(.disconnected(.clientNamespaceDisconnect)))
        }
    }

    @Test func aBroadcastThatAsksSaysWhoWasLate() async throws {
        try await TestServer.run { server in
            let clients = try await Self.crowd(server)
            let outcomes = await server.io.to("even").emitWithAck("ask", timeout: .milliseconds(1))
            #expect(outcomes.map(\.socketID).sorted() == [0, 2, 4].map { clients[$0].socketID }.sorted())
            #expect(outcomes.allSatisfy { $0.result == .failure(.timedOut) })
        }
    }

    @Test func trap40_askingNobodyIsAnsweredAtOnce() async throws {
        try await TestServer.run { server in
            #expect(await server.io.to("nobody").emitWithAck("ask", timeout: .hours(1)).isEmpty)
        }
    }

    @Test func anArrayIsOneArgumentAndAListOfArgumentsHasALabel() async throws {
        try await TestServer.run { server in
            server.io.of("/").onConnection { socket in
                socket.emit("one", ["a", "b"])
                socket.emit("two", arguments: ["a", "b"])
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(try await client.text() == #"42["one",["a","b"]]"#)
            #expect(try await client.text() == #"42["two","a","b"]"#)
        }
    }

    @Test func outgoingListenersSeeBroadcastsToo() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.onAnyOutgoing { event, arguments in log.record("\(event) \(arguments.count)") }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            server.io.emit("all", 1, 2)
            server.io.to(client.socketID).emit("one")
            #expect(await log.take(2) == ["all 2", "one 0"])
        }
    }

    @Test func guardsCloseWhoDoesTooMuch() async throws {
        try await TestServer.run {
            $0.engine.inbound.sessionsPerAddress = 2
            // Nothing flows in: the burst of one largest message is all there is, however slow this machine is.
            $0.engine.maxPayload = 100
            $0.engine.inbound.bytesPerSecond = 0
        } _: { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in socket.onDisconnect { log.record($0.rawValue) } }
            let first = try await WebSocketClient.open(server)
            try await first.join()
            let second = try await WebSocketClient.open(server)
            let connection = try await RawConnection.open(server.port)
            try await connection.send("GET", "\(server.path)?EIO=4&transport=polling")
            let refusal = try await connection.answer()
            #expect(refusal.status == 403)
            #expect(refusal.body == #"{"code":4,"message":"Too many sessions from this address"}"#)
            for _ in 0..<20 { try await first.send(#"42["x"]"#) }
            #expect(await log.take(1) == ["rate exceeded"])
            second.close()
        }
    }
}
