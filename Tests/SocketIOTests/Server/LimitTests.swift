import NIOCore
import Testing

@testable import SocketIO

/// What happens at a limit: the reason that the application hears, and the hook that counts it.
@Suite(.timeLimit(.minutes(1))) struct LimitTests {
    private struct Watcher: ServerObserver {
        let log: EventLog

        func limitReached(_ limit: ServerLimit) { self.log.record(limit.rawValue) }
    }

    private static let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)

    @Test(arguments: [
        ("4511-[\"x\"]", "attachments", "limit exceeded"),
        ("42[\"x\",\(deep)]", "jsonDepth", "limit exceeded"),
    ])
    func aClientThatGoesTooFar(packet: String, limit: String, reason: String) async throws {
        let log = EventLog()
        try await TestServer.run {
            $0.engine.observer = Watcher(log: log)
        } _: { server in
            server.io.on("connection") { socket in
                socket.onError { _ in log.record("error") }
                socket.onDisconnect { log.record("\($0)") }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(packet)
            #expect(await log.take(3) == ["error", limit, reason])
        }
    }

    @Test(arguments: ["messagesPerSecond", "bytesPerSecond"]) func tooMuchASecond(limit: String) async throws {
        let log = EventLog()
        try await TestServer.run {
            $0.engine.observer = Watcher(log: log)
            $0.engine.maxPayload = 100
            if limit == "messagesPerSecond" { $0.engine.inbound.messagesPerSecond = 1 }
            if limit == "bytesPerSecond" { $0.engine.inbound.bytesPerSecond = 1 }
        } _: { server in
            server.io.on("connection") { socket in socket.onDisconnect { log.record("\($0)") } }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            for _ in 0..<50 { try? await client.send(#"42["x"]"#) }
            #expect(await log.take(2) == [limit, "rate exceeded"])
        }
    }

    @Test func sessionsOfOneAddressAndNamespacesOfOneClient() async throws {
        let log = EventLog()
        try await TestServer.run {
            $0.engine.observer = Watcher(log: log)
            $0.engine.inbound.sessionsPerAddress = 1
            $0.childNamespacesMax = 1
        } _: { server in
            _ = server.io.of(pattern: "/child-*")
            let client = try await WebSocketClient.open(server)
            let second = try await RawConnection.open(server.port)
            let refused = try await second.request("GET", "\(server.path)?EIO=4&transport=polling")
            #expect(refused.status == 403)
            #expect(refused.body == #"{"code":4,"message":"Too many sessions from this address"}"#)
            #expect(await log.take(1) == ["sessionsPerAddress"])
            try await client.send("40/child-1")
            #expect(try await client.text().hasPrefix("40/child-1,"))
            try await client.send("40/child-2")
            #expect(try await client.text() == #"44/child-2,{"message":"Invalid namespace"}"#)
            #expect(await log.take(1) == ["childNamespaces"])
        }
    }

    @Test func whoMayComeBack() {
        let recoverable: [DisconnectReason] = [
            .transportError, .transportClose, .forcedClose, .pingTimeout, .serverShuttingDown, .forcedServerClose,
            .slowConsumer,
        ]
        let final: [DisconnectReason] = [
            .clientNamespaceDisconnect, .serverNamespaceDisconnect, .parseError, .rateExceeded, .limitExceeded,
        ]
        #expect(recoverable.allSatisfy { $0.isRecoverable })
        #expect(!final.contains { $0.isRecoverable })
    }
}
