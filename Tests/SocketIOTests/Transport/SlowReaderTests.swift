import NIOCore
import Testing

@testable import SocketIO

/// A client that stops reading: what waits for it is bounded and conflated, and nobody else notices.
@Suite(.timeLimit(.minutes(1))) struct SlowReaderTests {
    /// Bytes of padding in each event, so that the sockets' buffers are full soon.
    private static let padding = String(repeating: "x", count: 10_000)

    private static func configure(_ configuration: inout Server.Configuration) {
        configuration.engine.outboundBytesSoft = 32 * 1024
        configuration.engine.outboundBytesHard = 256 * 1024
        // One by one, and each waited for: held, they would take for ever.
        configuration.engine.mergeWindow = .zero
    }

    /// Bytes that wait for a session, asked on its event loop; `nil` when it is gone.
    private static func queuedBytes(_ server: TestServer, _ sessionID: String) async throws -> Int? {
        guard let connection = server.io.engine.session(sessionID) else { return nil }
        return try await connection.eventLoop.submit { connection.queue.byteCount }.get()
    }

    /// The number behind the key of an event `42["value","key",number,"padding"]`.
    private static func value(_ text: String) -> (key: String, number: Int)? {
        guard let match = text.firstMatch(of: #/^42\["value","(\w+)",(\d+),/#), let number = Int(match.2) else {
            return nil
        }
        return (String(match.1), number)
    }

    /// To a room: with frames past the channel, on the short way until the reader is behind.
    @Test(arguments: [true, false])
    func conflation_aSlowReaderGetsTheNewestOfEachKey(isChosenOneByOne: Bool) async throws {
        try await TestServer.run(configure: Self.configure) { server in
            let fast = try await WebSocketClient.open(server)
            try await fast.join()
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            try await slow.stopReading()

            let rounds = 1_200
            var isBoundReached = false
            for number in 0..<rounds {
                let key = "k\(number % 4)"
                let everybody = isChosenOneByOne ? server.io.of("/").except("nobody") : server.io.of("/").everybody
                everybody.conflated(key: key)
                    .emit("value", .string(key), .number(number), .string(Self.padding))
                // One at a time: the fast client is never behind, so it must get every single one.
                let got = Self.value(try await fast.text())
                try #require(got?.number == number)
                let queued = try #require(try await Self.queuedBytes(server, slow.sessionID))
                try #require(queued <= 256 * 1024)
                if queued >= 32 * 1024 { isBoundReached = true }
            }
            #expect(isBoundReached, "the sockets' buffers took everything: nothing was tested")

            server.io.emit("fence")
            try await slow.resumeReading()
            let received = try await slow.texts(before: #"42["fence"]"#).compactMap(Self.value)
            #expect(received.count < rounds)
            #expect(try await fast.texts(before: #"42["fence"]"#) == [])
            for key in 0..<4 {
                let numbers = received.filter { $0.key == "k\(key)" }.map(\.number)
                #expect(numbers.last == rounds - 4 + key, "the newest value comes last")
                #expect(numbers == numbers.sorted(), "never backwards")
            }
        }
    }

    @Test func theHardLimitClosesTheSlowReaderAndNobodyElse() async throws {
        try await TestServer.run(configure: Self.configure) { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.onDisconnect { log.record("\(socket.id) \($0)") }
            }
            let fast = try await WebSocketClient.open(server)
            try await fast.join()
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            try await slow.stopReading()

            var number = 0
            while let queued = try await Self.queuedBytes(server, slow.sessionID) {
                try #require(queued <= 256 * 1024)
                try #require(number < 10_000, "what waits has no bound")
                server.io.emit("value", "k", .number(number), .string(Self.padding))
                try #require(Self.value(try await fast.text())?.number == number)
                number += 1
            }
            #expect(await log.take(1) == ["\(slow.socketID) slow consumer"])
            #expect(server.io.of("/").socketCount == 1)
            server.io.emit("value", "k", .number(number), "")
            #expect(Self.value(try await fast.text())?.number == number)
        }
    }

    @Test func trap50_volatileEventsAreDroppedWhileTheReaderIsSlow() async throws {
        try await TestServer.run(configure: Self.configure) { server in
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            try await slow.stopReading()
            // Fill the way to the client until more waits than the way can still take.
            while try await Self.queuedBytes(server, slow.sessionID) ?? 0 < 128 * 1024 {
                server.io.emit("value", "k", 0, .string(Self.padding))
            }
            let before = try #require(try await Self.queuedBytes(server, slow.sessionID))
            for _ in 0..<1_000 { server.io.of("/").to(slow.socketID).volatile.emit("volatile", .string(Self.padding)) }
            #expect(try #require(try await Self.queuedBytes(server, slow.sessionID)) <= before)
            server.io.emit("fence")
            try await slow.resumeReading()
            let texts = try await slow.texts(before: #"42["fence"]"#)
            #expect(texts.allSatisfy { $0.hasPrefix(#"42["value""#) })
            // Now that it reads again, they reach it.
            server.io.of("/").except("nobody").volatile.emit("volatile")
            #expect(try await slow.text() == #"42["volatile"]"#)
        }
    }

    @Test func trap50_aPollingClientIsBusyUnlessItsPollIsHeld() async throws {
        try await TestServer.run { server in
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            server.io.of("/").except("nobody").volatile.emit("dropped")
            server.io.emit("kept")
            await server.settle()
            #expect(try await client.poll().packets == [#"42["kept"]"#])
        }
    }

    @Test func leavingARoomDropsWhatWaitsForIt() async throws {
        try await TestServer.run(configure: Self.configure) { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.join("room")
                socket.on("leave") { _ in
                    socket.leave("room")
                    log.record("left")
                }
            }
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            try await slow.stopReading()
            while try await Self.queuedBytes(server, slow.sessionID) ?? 0 < 32 * 1024 {
                server.io.to("room").conflated(key: "k").emit("value", "k", 1, .string(Self.padding))
            }
            try await slow.send(#"42["leave"]"#)
            #expect(await log.take(1) == ["left"])
            #expect(try await Self.queuedBytes(server, slow.sessionID) == 0)
        }
    }
}
