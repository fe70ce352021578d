import NIOCore
import SocketIO
import Testing

/// How sockets end: in which order the application hears of it, with which reason, and that nothing is left behind.
@Suite(.timeLimit(.minutes(1))) struct DisconnectTests {
    /// Tells `disconnecting` and `disconnect` of each socket with the rooms at that moment (its own id left out).
    private static func telling(_ server: TestServer, _ log: EventLog) {
        server.io.of("/").onConnection { socket in
            socket.join("b")
            socket.join("a")
            socket.onDisconnecting { reason in
                let rooms = socket.rooms.subtracting([socket.id]).sorted()
                log.record("disconnecting \(reason) \(rooms) connected: \(socket.isConnected)")
            }
            socket.onDisconnect { reason in
                let count = socket.namespace.count(inRoom: "a")
                log.record("disconnect \(reason) \(socket.rooms.sorted()) left in room: \(count)")
            }
            socket.on("leave me") { _ in socket.disconnect() }
            socket.on("close me") { _ in socket.disconnect(close: true) }
        }
    }

    private static func expectEnd(_ log: EventLog, _ reason: String) async {
        let events = await log.take(2)
        #expect(
            events == [
                #"disconnecting \#(reason) ["a", "b"] connected: true"#, "disconnect \(reason) [] left in room: 0",
            ])
    }

    enum Ending: String, CaseIterable, Sendable {
        case clientLeaves = "client namespace disconnect"
        case serverLeaves = "server namespace disconnect"
        case serverClosesAll = "server namespace disconnect "
        case clientCloses = "transport close"
        case clientCuts = "transport close "
        case engineClose = "transport close  "
        case notUTF8 = "transport error"
        case clientPings = "transport error "
        case noPacket = "parse error"
        case noSocketPacket = "forced close"
        case secondConnect = "forced server close"
        case connectError = "forced server close "
        case foreignNamespace = "forced server close  "

        var reason: String { String(self.rawValue.reversed().drop { $0 == " " }.reversed()) }

        func perform(_ client: WebSocketClient) async throws {
            switch self {
            case .clientLeaves: try await client.send("41")
            case .serverLeaves: try await client.send(#"42["leave me"]"#)
            case .serverClosesAll: try await client.send(#"42["close me"]"#)
            case .clientCloses:
                try await client.connection.write(ClientFrame.make(.close, ByteBuffer(integer: UInt16(1000))))
            case .clientCuts: client.close()
            case .engineClose: try await client.send("1")
            case .notUTF8: try await client.connection.write(ClientFrame.make(.text, ByteBuffer(bytes: [0xFF])))
            case .clientPings: try await client.send("2")
            case .noPacket: try await client.send("abc")
            case .noSocketPacket: try await client.send("4abc")
            case .secondConnect: try await client.send("40")
            case .connectError: try await client.send(#"44{"message":"x"}"#)
            case .foreignNamespace: try await client.send(#"42/never,["x"]"#)
            }
        }

        /// Only the namespace ends, the connection stays.
        var keepsConnection: Bool { self == .clientLeaves || self == .serverLeaves }
    }

    /// The official client acts on a close packet at once and on a DISCONNECT before it in the same body only later: it
    /// would take the one for a broken connection, and come back.
    @Test(arguments: [true, false]) func theGoodbyeOfANamespaceComesInABodyOfItsOwn(isPollHeld: Bool) async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.telling(server, log)
            let client = try await PollingClient.open(server)
            _ = try await client.join()
            if isPollHeld { try await client.beginPoll() }
            _ = try await client.post(#"42["close me"]"#)
            let first = isPollHeld ? try await client.gets.answer() : try await client.poll()
            #expect(first.packets == ["41"])
            #expect(try await client.poll().packets == ["6", "1"])
            await Self.expectEnd(log, "server namespace disconnect")
        }
    }

    @Test(arguments: Ending.allCases) func trap36_roomsAndReasons(_ ending: Ending) async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.telling(server, log)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await ending.perform(client)
            await Self.expectEnd(log, ending.reason)
            #expect(server.io.of("/").socketCount == 0)
            if ending.keepsConnection {
                if ending == .serverLeaves { #expect(try await client.text() == "41") }
                // trap 35: the connection is alive, and the namespace can be joined again.
                try await client.join()
                await server.settle()
                #expect(server.io.of("/").socketCount == 1)
                #expect(server.io.engine.sessionCount == 1)
            } else {
                await client.connection.awaitEnd()
                #expect(server.io.engine.sessionCount == 0)
            }
        }
    }

    /// A heartbeat as short as a busy machine allows: a client must be able to join before it is given up.
    private static func makeImpatient(_ configuration: inout Server.Configuration) {
        configuration.engine.pingInterval = .seconds(1)
        configuration.engine.pingTimeout = .milliseconds(500)
    }

    @Test func noPong() async throws {
        try await TestServer.run(configure: Self.makeImpatient) { server in
            let log = EventLog()
            Self.telling(server, log)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            #expect(try await client.text() == "2")
            await Self.expectEnd(log, "ping timeout")
            await client.connection.awaitEnd()
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func trap03_anAbandonedPollingSession() async throws {
        try await TestServer.run(configure: Self.makeImpatient) { server in
            let log = EventLog()
            Self.telling(server, log)
            let client = try await PollingClient.open(server)
            #expect(try await client.post("40").body == "ok")
            await Self.expectEnd(log, "ping timeout")
            #expect(server.io.engine.sessionCount == 0)
            #expect(try await client.poll().body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test func joiningNothingInTimeClosesTheConnection() async throws {
        try await TestServer.run(configure: { $0.connectTimeout = .milliseconds(50) }) { server in
            let client = try await WebSocketClient.open(server)
            await client.connection.awaitEnd()
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func trap65_shutdown() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.telling(server, log)
            let webSocket = try await WebSocketClient.open(server)
            try await webSocket.join()
            let polling = try await PollingClient.open(server)
            #expect(try await polling.join() == [])
            try await polling.beginPoll()
            let idle = try await PollingClient.open(server)
            #expect(try await idle.join() == [])
            #expect(server.io.engine.sessionCount == 3)

            await server.io.shutdown()
            let events = await log.take(6)
            #expect(events.filter { $0.hasPrefix("disconnecting server shutting down") }.count == 3)
            #expect(events.filter { $0.hasPrefix("disconnect server shutting down") }.count == 3)
            #expect(server.io.engine.sessionCount == 0)
            #expect(server.io.of("/").socketCount == 0)
            #expect(try await polling.gets.answer().body == "1")
            let (opcode, _) = try await webSocket.frame()
            #expect(opcode == WebSocketFrame.Opcode.close.rawValue)
            let late = try await RawConnection.open(server.port)
            #expect(try await late.request("GET", "\(server.path)?EIO=4&transport=polling").status == 503)
        }
    }

    @Test func trap34_aPacketThatCrossesTheGoodByeIsDropped() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            Self.telling(server, log)
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"42["leave me"]"#)
            try await client.send(#"42["too late"]"#)
            await Self.expectEnd(log, "server namespace disconnect")
            #expect(try await client.text() == "41")
            try await client.join()
        }
    }
}
