import NIOCore
import NIOHTTP1
import SocketIO
import Testing

/// Traps of the transports that no other suite meets on its way; `docs/traps.md` lists them all.
@Suite(.timeLimit(.minutes(1))) struct TransportTrapTests {
    private static let webSocketHeaders = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    @Test func trap05_controlFramesAreNoHeartbeat() async throws {
        try await TestServer.run {
            $0.engine.pingInterval = .seconds(1)
            $0.engine.pingTimeout = .milliseconds(500)
        } _: { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in socket.onDisconnect { log.record("\($0)") } }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.connection.write(ClientFrame.make(.ping, ByteBuffer(string: "hi")))
            // On a busy machine the heartbeat may be due before the pong; both must come.
            let frames = [try await client.frame(), try await client.frame()].sorted { $0.opcode < $1.opcode }
            #expect(frames.map(\.opcode) == [WebSocketFrame.Opcode.text.rawValue, WebSocketFrame.Opcode.pong.rawValue])
            #expect(frames.map { String(buffer: $0.payload) } == ["2", "hi"], "the heartbeat is a text")
            try await client.connection.write(ClientFrame.make(.pong, ByteBuffer()))
            #expect(await log.take(1) == ["ping timeout"])
        }
    }

    @Test func trap10_aSlowHandlerDoesNotHoldThePost() async throws {
        try await TestServer.run { server in
            let (gate, opening) = AsyncStream<Void>.makeStream()
            server.io.of("/").onConnection { socket in
                socket.on("ask") { event in
                    Task {
                        for await _ in gate { event.acknowledge("done") }
                    }
                }
            }
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            #expect(try await client.post(#"420["ask"]"#).body == "ok")
            opening.yield()
            opening.finish()
            #expect(try await client.poll().packets == [#"430["done"]"#])
        }
    }

    @Test func trap20_theHandshakeCarriesTheOpenPacketAlone() async throws {
        try await TestServer.run(configure: { $0.engine.initialPacket = .text(ByteBuffer(string: "first")) }) {
            server in
            let connection = try await RawConnection.open(server.port)
            let target = "\(server.path)?EIO=4&transport=polling"
            let open = try await connection.request("GET", target)
            #expect(open.packets.count == 1)
            let sessionID = try #require(open.body.firstMatch(of: #/^0{"sid":"([^"]+)"/#)?.1)
            #expect(try await connection.request("GET", "\(target)&sid=\(sessionID)").packets == ["4first"])
        }
    }

    @Test func trap23_aRunningSessionIsNotAskedAgain() async throws {
        let log = EventLog()
        try await TestServer.run {
            $0.engine.allowRequest = { request in
                let isOld = request.headers.contains(name: "x-old-token")
                log.record("asked, old: \(isOld)")
                return isOld ? "the token was rotated" : nil
            }
        } _: { server in
            let old = ["X-Old-Token: 1"]
            let client = try await PollingClient.open(server)
            #expect(try await client.posts.request("POST", client.target, headers: old, body: "40").body == "ok")
            #expect(try await client.gets.request("GET", client.target, headers: old).body.hasPrefix("40{"))
            let candidate = try await WebSocketClient.open(server, sessionID: client.sessionID)
            try await candidate.send("2probe")
            #expect(try await candidate.text() == "3probe")

            let handshake = "\(server.path)?EIO=4&transport=polling"
            let refused = try await client.posts.request("GET", handshake, headers: old)
            #expect(refused.status == 403)
            #expect(refused.body == #"{"code":4,"message":"the token was rotated"}"#)
            #expect(await log.take(2) == ["asked, old: false", "asked, old: true"])
        }
    }

    @Test func trap24_corsIsOnEveryAnswer() async throws {
        try await TestServer.run {
            $0.engine.cors = CORSConfiguration(origins: .list(["https://wall.example"]))
        } _: { server in
            let origin = "Origin: https://wall.example"
            let polling = "\(server.path)?EIO=4&transport=polling"
            let unknown = "\(polling)&sid=nobody"
            let webSocket = "\(server.path)?EIO=4&transport=websocket"
            let asked: [(method: String, target: String, headers: [String], status: Int)] = [
                ("GET", polling, [], 200), ("GET", unknown, [], 400), ("PUT", polling, [], 400),
                ("OPTIONS", polling, ["Access-Control-Request-Method: POST"], 204),
                ("GET", webSocket, Self.webSocketHeaders, 101),
            ]
            for (method, target, headers, status) in asked {
                let connection = try await RawConnection.open(server.port)
                let answer = try await connection.request(method, target, headers: headers + [origin])
                #expect(answer.status == status, "\(method) \(target)")
                #expect(answer.headers["access-control-allow-origin"] == "https://wall.example", "\(method) \(target)")
                connection.close()
            }
        }
    }

    @Test func trap24_aForeignPagesWebSocketCanBeRefused() async throws {
        try await TestServer.run {
            $0.engine.allowRequest = { $0.headers["origin"] == ["https://wall.example"] ? nil : "origin" }
        } _: { server in
            // On an upgrade Node answers every refusal with 400, a forbidden one too.
            for (origin, status) in [("https://wall.example", 101), ("https://evil.example", 400)] {
                let connection = try await RawConnection.open(server.port)
                let answer = try await connection.request(
                    "GET", "\(server.path)?EIO=4&transport=websocket",
                    headers: Self.webSocketHeaders + ["Origin: \(origin)"])
                #expect(answer.status == status, "\(origin)")
                connection.close()
            }
        }
    }

    /// The bundle itself, its entity tag and all, is for whom the path is passed on to (SocketGateway).
    @Test func trap63_aQueryDoesNotHideTheBundle() async throws {
        try await TestServer.run {
            $0.engine.passedOnPaths = ["/socket.io/socket.io.js"]
        } _: { server in
            let connection = try await RawConnection.open(server.port)
            for target in ["/socket.io/socket.io.js", "/socket.io/socket.io.js?v=4.8.3&x", "/socket.io/socket.io.js?"] {
                #expect(try await connection.request("GET", target).body == target, "passed on")
            }
            for target in ["/socket.io/socket.io.jsx", "/socket.io/other.js", "/socket.io/?socket.io.js"] {
                let answer = try await connection.request("GET", target)
                #expect(
                    answer.body == #"{"code":0,"message":"Transport unknown"}"#, "as Node answers for unknown files")
            }
        }
    }

    @Test func trap61_aPingOvertakesWhatWaits() async throws {
        try await TestServer.run {
            $0.engine.pingInterval = .seconds(1)
        } _: { server in
            let padding = String(repeating: "x", count: 10_000)
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            // Opened later, so its ping is due later: when it comes, the slow one's has been sent.
            let clock = try await WebSocketClient.open(server)
            try await slow.stopReading()
            for number in 0..<200 { server.io.emit("value", .number(number), .string(padding)) }
            server.io.emit("fence")
            #expect(try await clock.text() == "2")
            await server.settle()
            try await slow.resumeReading()
            _ = try await slow.texts(before: "2")
            let behind = try await slow.texts(before: #"42["fence"]"#)
            #expect(behind.count > 20, "the ping waited for the events")
        }
    }
}
