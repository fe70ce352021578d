import NIOCore
import Testing

@testable import SocketIO

/// What a sender is told of what became of an event.
@Suite(.timeLimit(.minutes(1))) struct SendResultTests {
    private static let padding = SocketValue.string(String(repeating: "x", count: 10_000))

    /// A socket of each client, in the order of their coming.
    private static func sockets(_ server: TestServer, count: Int) async -> [Socket] {
        var sockets: [Socket] = []
        while sockets.count < count { sockets = await server.io.of("/").fetchSockets().map(\.socket) }
        return sockets
    }

    private static func queuedBytes(_ socket: Socket) async throws -> Int {
        try await socket.eventLoop.submit { socket.connection?.queuedBytes ?? 0 }.get()
    }

    @Test(arguments: [false, true]) func whatIsSentIsCounted(withRecovery: Bool) async throws {
        try await TestServer.run {
            if withRecovery { $0.connectionStateRecovery = RecoveryConfiguration() }
        } _: { server in
            #expect(await server.io.to("nobody").emitWithResult("e") == BroadcastResult())
            let clients = [try await WebSocketClient.open(server), try await WebSocketClient.open(server)]
            for client in clients { try await client.join() }
            let socket = try #require(await Self.sockets(server, count: 2).first)
            let result = await server.io.of("/").everybody.emitWithResult("e", 1)
            #expect(result.receivers == 2 && result.sent == 2)
            #expect(await socket.emitWithResult("e", 2) == .sent)
            let others = await socket.broadcast.emitWithResult("e", 3)
            #expect(others.receivers == 1)
            clients.forEach { $0.close() }
            while server.io.of("/").socketCount > 0 { await server.settle() }
            #expect(await socket.emitWithResult("e", 4) == .dropped(.disconnected))
            #expect(await socket.volatile.emitWithResult("e", 5) == .dropped(.disconnected))
        }
    }

    @Test func aSlowReader() async throws {
        try await TestServer.run {
            $0.engine.outboundBytesSoft = 32 * 1024
            $0.engine.outboundBytesHard = 256 * 1024
        } _: { server in
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            try await slow.stopReading()
            let socket = try #require(await Self.sockets(server, count: 1).first)
            while try await Self.queuedBytes(socket) < 32 * 1024 { server.io.emit("fill", Self.padding) }
            #expect(await socket.volatile.emitWithResult("v") == .dropped(.busy))
            #expect(await server.io.of("/").volatile.emitWithResult("v").dropped == [.busy: 1])
            #expect(await socket.conflated(key: "k").emitWithResult("c") == .queued)
            #expect(await socket.conflated(key: "k").emitWithResult("c") == .conflated)
            #expect(await socket.emitWithResult("e") == .queued)
            var result = SendResult.queued
            while result == .queued { result = await socket.emitWithResult("fill", Self.padding) }
            #expect(result == .dropped(.slowConsumer))
            #expect(await socket.emitWithResult("e") == .dropped(.disconnected))
        }
    }

    @Test func theConnectionSaysWhenNothingWaitsAnyMore() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            let slow = try await WebSocketClient.open(server)
            try await slow.join()
            try await slow.stopReading()
            let socket = try #require(await Self.sockets(server, count: 1).first)
            try await socket.eventLoop.submit { socket.connection?.onDrain { log.record("drained") } }.get()
            while try await Self.queuedBytes(socket) < 100_000 { server.io.emit("fill", Self.padding) }
            server.io.emit("fence")
            try await slow.resumeReading()
            _ = try await slow.texts(before: #"42["fence"]"#)
            #expect(await log.take(1) == ["drained"])
        }
    }
}
