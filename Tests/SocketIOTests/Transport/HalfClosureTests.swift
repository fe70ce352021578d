import NIOCore
import SocketIO
import Testing

/// A client that is gone is noticed at once, although HTTP would keep its connection (trap 8).
@Suite(.timeLimit(.minutes(1))) struct HalfClosureTests {
    private static func run(
        allowsHalfClosure: Bool, _ body: (TestServer, EventLog) async throws -> Void
    ) async throws {
        try await TestServer.run(allowsHalfClosure: allowsHalfClosure) { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.onDisconnect { log.record("\($0)") }
            }
            try await body(server, log)
        }
    }

    @Test(arguments: [false, true]) func trap08_aHeldPollWhoseClientHasFinished(allowsHalfClosure: Bool) async throws {
        try await Self.run(allowsHalfClosure: allowsHalfClosure) { server, log in
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            try await client.beginPoll()
            try await client.gets.finishWriting()
            #expect(await log.take(1) == ["transport error"])
            #expect(server.io.engine.sessionCount == 0)
            #expect(try await client.post("3").body == #"{"code":1,"message":"Session ID unknown"}"#)
        }
    }

    @Test func trap08_aHeldPollWhoseConnectionIsCut() async throws {
        try await Self.run(allowsHalfClosure: false) { server, log in
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            try await client.beginPoll()
            client.gets.close()
            #expect(await log.take(1) == ["transport error"])
        }
    }

    @Test(arguments: [false, true]) func anIdleConnectionMayClose(allowsHalfClosure: Bool) async throws {
        try await Self.run(allowsHalfClosure: allowsHalfClosure) { server, _ in
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            client.gets.close()
            // No request was held there: the session lives, and its next poll comes on another connection.
            let other = try await RawConnection.open(server.port)
            try await other.send("GET", client.target)
            server.io.emit("note")
            #expect(try await other.answer().body == #"42["note"]"#)
        }
    }

    @Test(arguments: [false, true]) func aWebSocketWhoseClientHasFinished(allowsHalfClosure: Bool) async throws {
        try await Self.run(allowsHalfClosure: allowsHalfClosure) { server, log in
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.connection.finishWriting()
            #expect(await log.take(1) == ["transport close"])
            #expect(server.io.engine.sessionCount == 0)
        }
    }
}
