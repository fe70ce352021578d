import Dispatch
import NIOCore
import Testing

@testable import SocketIO

/// From polling to WebSocket, on the same event loop and across two.
@Suite(.timeLimit(.minutes(1))) struct UpgradeTests {
    /// `burst from count`: sends events `n` with the numbers from `from` on. `echo x`: sends it back.
    private static func answerBursts(_ server: TestServer) {
        server.io.of("/").onConnection { socket in
            socket.on("burst") { event in
                guard let from = event.arguments[0].intValue, let count = event.arguments[1].intValue else { return }
                for number in from..<from + count { socket.emit("n", .number(number)) }
            }
            socket.on("echo") { socket.emit("n", arguments: $0.arguments) }
        }
    }

    private static func number(_ packet: String) -> Int? {
        packet.firstMatch(of: #/^42\["n",(\d+)\]$/#).flatMap { Int($0.1) }
    }

    /// Whether the session and its WebSocket share an event loop.
    private static func isLocal(_ server: TestServer, _ sessionID: String) async throws -> Bool? {
        let connection = try #require(server.io.engine.session(sessionID))
        return try await connection.eventLoop.submit { connection.webSocket?.isLocal }.get()
    }

    /// Polls until the numbers below `end` are there; a poll is never left held.
    private static func poll(_ client: PollingClient, _ numbers: inout [Int], below end: Int) async throws {
        while (numbers.last ?? -1) < end - 1 {
            let packets = try await client.poll().packets
            numbers += packets.compactMap(self.number)
        }
    }

    /// A connection that comes to nothing. One byte of it is there: without any it might not be accepted at all.
    private static func idle(_ server: TestServer) async throws -> RawConnection {
        let connection = try await RawConnection.open(server.port)
        try await connection.write("G")
        return connection
    }

    /// One whole life: polling, probe, messages meanwhile, commit, WebSocket. All numbers in order, none twice.
    /// - Parameter isShifted: an idle connection more moves the WebSocket to the other loop, since connections go round
    ///   the loops: GETs, POSTs, (idle,) WebSocket.
    /// - Returns: whether session and WebSocket shared an event loop.
    private static func upgrade(_ server: TestServer, isShifted: Bool) async throws -> Bool {
        let client = try await PollingClient.open(server)
        let idle = isShifted ? try await Self.idle(server) : nil
        defer { idle?.close() }
        #expect(try await client.join() == [])
        var numbers: [Int] = []
        #expect(try await client.post(#"42["burst",0,50]"#).body == "ok")
        try await self.poll(client, &numbers, below: 50)

        try await client.beginPoll()
        let webSocket = try await WebSocketClient.open(server, sessionID: client.sessionID)
        try await webSocket.send("2probe")
        #expect(try await webSocket.text() == "3probe")
        #expect(try await client.gets.answer().body == "6", "trap 15")

        #expect(try await client.post(#"42["burst",50,50]"#, #"42["burst",100,50]"#).body == "ok")
        try await self.poll(client, &numbers, below: 150)
        // What nobody fetched over polling is flushed over the WebSocket (trap 16).
        #expect(try await client.post(#"42["burst",150,100]"#).body == "ok")

        try await webSocket.send("5")
        try await webSocket.send(#"42["burst",250,300]"#)
        for number in 550..<600 { try await webSocket.send(#"42["echo",\#(number)]"#) }
        while (numbers.last ?? -1) < 599 { numbers.append(try #require(self.number(try await webSocket.text()))) }
        #expect(numbers == Array(0..<600))
        let isLocal = try await self.isLocal(server, client.sessionID)
        webSocket.close()
        return try #require(isLocal as Bool?)
    }

    @Test func nothingIsLostAndOrderIsKeptOnBothPlacements() async throws {
        try await TestServer.run { server in
            Self.answerBursts(server)
            var placements: [Bool: Int] = [:]
            for round in 0..<12 {
                let isLocal = try await Self.upgrade(server, isShifted: round.isMultiple(of: 2))
                placements[isLocal, default: 0] += 1
            }
            #expect(placements[true, default: 0] > 0 && placements[false, default: 0] > 0, "\(placements)")
        }
    }

    /// A GET right behind the `5`, on another connection: refused, however the event loops come to hear of the two.
    @Test func trap19_aPollBehindTheCommitIsRefusedOnBothPlacements() async throws {
        try await TestServer.run { server in
            for round in 0..<20 {
                let client = try await PollingClient.open(server)
                let idle = round.isMultiple(of: 2) ? try await Self.idle(server) : nil
                defer { idle?.close() }
                #expect(try await client.join() == [])
                let webSocket = try await WebSocketClient.open(server, sessionID: client.sessionID)
                try await webSocket.send("2probe")
                #expect(try await webSocket.text() == "3probe")
                server.io.emit("queued")
                try await webSocket.send("5")
                let late = try await client.poll()
                let isLocal = try await Self.isLocal(server, client.sessionID)
                #expect(late.status == 400, "round \(round), local: \(String(describing: isLocal))")
                #expect(late.body == #"{"code":3,"message":"Bad request"}"#)
                #expect(try await webSocket.text() == #"42["queued"]"#)
                webSocket.close()
            }
        }
    }

    /// The same while the thread that is to read the `5` stands still, and has other work when it goes on.
    @Test func trap19_aPollBehindTheCommitIsRefusedHoweverLongAThreadStands() async throws {
        try await TestServer.run { server in
            var placements: Set<Bool> = []
            for round in 0..<4 {
                let client = try await PollingClient.open(server)
                let idle = round.isMultiple(of: 2) ? try await Self.idle(server) : nil
                defer { idle?.close() }
                #expect(try await client.join() == [])
                let webSocket = try await WebSocketClient.open(server, sessionID: client.sessionID)
                try await webSocket.send("2probe")
                #expect(try await webSocket.text() == "3probe")
                server.io.emit("queued")
                await server.settle()
                let session = try #require(server.io.engine.session(client.sessionID))
                let (eventLoop, isLocal) = try await session.eventLoop.submit {
                    (session.candidate?.channelLoop, session.candidate?.isLocal == true)
                }.get()
                placements.insert(isLocal)
                let (log, standstill) = (EventLog(), DispatchSemaphore(value: 0))
                eventLoop?.execute {
                    log.record("stands")
                    standstill.wait()
                }
                #expect(await log.take(1) == ["stands"])
                try await webSocket.send("5")
                try await client.beginPoll()
                while !isLocal {
                    if try await session.eventLoop.submit({ session.deferredPoll != nil }).get() { break }
                }
                // Work that keeps the loop from its sockets for longer than anybody would wait.
                eventLoop?.execute {
                    let end = NIODeadline.now() + .milliseconds(5)
                    while NIODeadline.now() < end {}
                }
                standstill.signal()
                #expect(try await client.gets.answer().body == #"{"code":3,"message":"Bad request"}"#)
                #expect(try await webSocket.text() == #"42["queued"]"#)
                webSocket.close()
            }
            #expect(placements == [true, false])
        }
    }

    @Test func aBackloggedSessionCrossesTheLoopsUnderBackpressure() async throws {
        try await TestServer.run { server in
            Self.answerBursts(server)
            var placements: Set<Bool> = []
            for round in 0..<2 {
                let client = try await PollingClient.open(server)
                let idle = round == 0 ? try await Self.idle(server) : nil
                defer { idle?.close() }
                #expect(try await client.join() == [])
                let webSocket = try await WebSocketClient.open(server, sessionID: client.sessionID)
                try await webSocket.send("2probe")
                #expect(try await webSocket.text() == "3probe")
                try await webSocket.send("5")
                try await webSocket.send(#"42["burst",0,1]"#)
                #expect(try await webSocket.text() == #"42["n",0]"#)
                // More than the outbox and the sockets hold, into a client that is not reading yet.
                try await webSocket.stopReading()
                try await webSocket.send(#"42["burst",1,8000]"#)
                try await webSocket.resumeReading()
                var numbers: [Int] = []
                while numbers.count < 8_000 {
                    numbers.append(try #require(Self.number(try await webSocket.text())))
                }
                #expect(numbers == Array(1...8_000))
                _ = try await Self.isLocal(server, client.sessionID).map { placements.insert($0) }
            }
            #expect(placements == [true, false])
        }
    }

    @Test func trap18_aSecondWebSocketIsTurnedAway() async throws {
        try await TestServer.run { server in
            Self.answerBursts(server)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            let second = try await WebSocketClient.open(server, sessionID: client.sessionID)
            let (opcode, _) = try await second.frame()
            #expect(opcode == WebSocketFrame.Opcode.close.rawValue)
            try await client.send(#"42["echo",7]"#)
            #expect(try await client.text() == #"42["n",7]"#)
        }
    }

    @Test(arguments: ["4hello", "6", "abc"]) func trap17_aBadFirstPacketEndsTheCandidateOnly(_ packet: String)
        async throws
    {
        try await TestServer.run { server in
            Self.answerBursts(server)
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            let candidate = try await WebSocketClient.open(server, sessionID: client.sessionID)
            try await candidate.send(packet)
            let (opcode, _) = try await candidate.frame()
            #expect(opcode == WebSocketFrame.Opcode.close.rawValue)
            #expect(try await client.post(#"42["echo",7]"#).body == "ok")
            #expect(try await client.poll().packets == [#"42["n",7]"#])
        }
    }

    @Test func trap17_aSlowUpgradeEndsTheCandidateOnly() async throws {
        try await TestServer.run(configure: { $0.engine.upgradeTimeout = .milliseconds(50) }) { server in
            Self.answerBursts(server)
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            let candidate = try await WebSocketClient.open(server, sessionID: client.sessionID)
            let (opcode, _) = try await candidate.frame()
            #expect(opcode == WebSocketFrame.Opcode.close.rawValue)
            #expect(try await client.post(#"42["echo",7]"#).body == "ok")
            #expect(try await client.poll().packets == [#"42["n",7]"#])
        }
    }

    @Test func aMessageRightBehindTheUpgradeRequestIsNotLost() async throws {
        try await TestServer.run { server in
            let connection = try await RawConnection.open(server.port)
            var bytes = ByteBuffer(
                string: "GET \(server.path)?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            bytes.writeImmutableBuffer(ClientFrame.text("40"))
            try await connection.write(bytes)
            #expect(try await connection.answer().status == 101)
            // The open packet, then the answer to the CONNECT.
            var head = try await connection.bytes(2)
            _ = try await connection.bytes(Int(head.readBytes(length: 2)?[1] ?? 0))
            var second = try await connection.bytes(2)
            let payload = try await connection.bytes(Int(second.readBytes(length: 2)?[1] ?? 0))
            #expect(String(buffer: payload).hasPrefix(#"40{"sid":"#))
        }
    }
}
