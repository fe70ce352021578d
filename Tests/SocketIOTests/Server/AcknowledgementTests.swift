import NIOCore
import SocketIO
import Testing

@Suite(.timeLimit(.minutes(1))) struct AcknowledgementTests {
    /// Asks each new socket `ask` in this way and tells the outcome.
    private static func asking(
        _ server: TestServer, timeout: TimeAmount, _ log: EventLog
    ) {
        server.io.of("/").onConnection { socket in
            Task {
                do {
                    let answer = try await socket.emitWithAck("ask", 1, timeout: timeout)
                    log.record("\(answer.compactMap(\.stringValue))")
                } catch {
                    log.record("\(error)")
                }
            }
        }
    }

    @Test func trap37_trap38_theAnswerComesBackAndASecondOneIsDropped() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.asking(server, timeout: .hours(1), log)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(try await client.text() == #"420["ask",1]"#, "trap 37: ids begin with 0")
            try await client.send(#"4399["nobody asked"]"#)
            try await client.send(#"430["yes"]"#)
            try await client.send(#"430["again"]"#)
            #expect(await log.take(1) == [#"["yes"]"#])
            server.io.emit("still here")
            #expect(try await client.text() == #"42["still here"]"#, "trap 38: neither closed the connection")
        }
    }

    @Test func noAnswerInTime() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.asking(server, timeout: .milliseconds(20), log)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(await log.take(1) == ["timedOut"])
            // Too late: dropped.
            #expect(try await client.text() == #"420["ask",1]"#)
            try await client.send(#"430["late"]"#)
            server.io.emit("still here")
            #expect(try await client.text() == #"42["still here"]"#)
        }
    }

    @Test(arguments: ["41", "connection", "garbage"]) func trap39_aDisconnectEndsTheWaitAtOnce(how: String) async throws
    {
        try await TestServer.run { server in
            let log = EventLog()
            Self.asking(server, timeout: .hours(1), log)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(try await client.text() == #"420["ask",1]"#)
            switch how {
            case "41": try await client.send("41")
            case "garbage": try await client.send("9")
            default: client.close()
            }
            let outcome = await log.take(1)
            #expect(outcome.first?.hasPrefix("disconnected(") == true, "\(outcome)")
        }
    }

    @Test func askingASocketThatHasGoneFailsAtOnce() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.onDisconnect { _ in
                    Task {
                        do {
                            _ = try await socket.emitWithAck("ask", timeout: .hours(1))
                        } catch {
                            log.record("\(error)")
                        }
                    }
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            client.close()
            #expect(await log.take(1) == ["disconnected(nil)"])
        }
    }

    @Test func trap37_aClientsAcknowledgementIsSentOnceAndOnlyIfItIsWanted() async throws {
        try await TestServer.run { server in
            server.io.of("/").onConnection { socket in
                socket.on("ask") { event in
                    event.acknowledge(.bool(event.expectsAck))
                    event.acknowledge("again")
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"420["ask"]"#)
            try await client.send(#"42["ask"]"#)
            try await client.send(#"425["ask"]"#)
            #expect(try await client.text() == "430[true]")
            #expect(try await client.text() == "435[true]")
        }
    }

    @Test func trap49_binaryTravelsInAcknowledgements() async throws {
        try await TestServer.run { server in
            server.io.of("/").onConnection { socket in
                socket.on("ask") { $0.acknowledge(arguments: $0.arguments) }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"451-8["ask",{"a":[{"_placeholder":true,"num":0}]}]"#)
            try await client.send(binary: ByteBuffer(bytes: [1, 2, 3]))
            #expect(try await client.text() == #"461-8[{"a":[{"_placeholder":true,"num":0}]}]"#)
            let (opcode, payload) = try await client.frame()
            #expect(opcode == 2)
            #expect(payload == ByteBuffer(bytes: [1, 2, 3]))
        }
    }

    @Test func aBroadcastGathersAnOutcomeOfEverybody() async throws {
        try await TestServer.run { server in
            let namespace = server.io.of("/")
            #expect(await namespace.to("nobody").emitWithAck("ask", timeout: .hours(1)).isEmpty, "trap 40: at once")
            var clients: [WebSocketClient] = []
            for _ in 0..<3 {
                let client = try await WebSocketClient.open(server)
                try await client.join()
                clients.append(client)
            }
            let everybody = namespace.to(clients[0].socketID, clients[1].socketID, clients[2].socketID)
            async let outcomes = everybody.emitWithAck("ask", timeout: .hours(1))
            for client in clients {
                let id = try #require(try await client.text().firstMatch(of: #/^42(\d+)\["ask"\]$/#)?.1)
                if client === clients[2] { client.close() } else { try await client.send("43\(id)[\"ok\"]") }
            }
            let results = await outcomes
            #expect(Set(results.map(\.socketID)) == Set(clients.map(\.socketID)))
            for outcome in results {
                let answer = try? outcome.result.get()
                #expect(answer == (outcome.socketID == clients[2].socketID ? nil : ["ok"]))
            }
        }
    }
}
