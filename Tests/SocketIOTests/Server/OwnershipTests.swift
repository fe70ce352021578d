import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import SocketIO
import Testing

/// Who keeps the server alive: its maker, and each open session; nobody else, and nobody afterwards.
@Suite(.timeLimit(.minutes(1))) struct OwnershipTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A port whose connections get a handler of this engine; it holds nothing else of the server.
    private static func listen(_ engine: EngineServer, on eventLoop: any EventLoop) async throws -> any Channel {
        try await ServerBootstrap(group: eventLoop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)
                    try pipeline.addHandler(ByteToMessageHandler(decoder))
                    try pipeline.addHandler(HTTPResponseEncoder())
                    try pipeline.addHandler(engine.makeChannelHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    /// A server whose handlers hold it, as those of applications do, and that has work under way for each socket.
    private static func make(on eventLoop: any EventLoop) -> Server {
        var configuration = Server.Configuration()
        configuration.connectionStateRecovery = RecoveryConfiguration()
        let io = Server(eventLoopGroup: eventLoop, configuration: configuration, logger: self.logger)
        io.of(pattern: "/child-*").onConnection { _ in io.emit("child") }
        io.onNewNamespace { _ in io.emit("new") }
        io.of("/").use { _ in _ = io.engine }
        io.of("/").onConnection { socket in
            socket.join("room")
            socket.onAny { event in
                io.to("room").emit(event.name, arguments: event.arguments)
                event.acknowledge()
            }
            Task { try await socket.emitWithAck("ask", timeout: .hours(1)) }
        }
        return io
    }

    /// Returns once nobody holds the server; the suite's time limit ends a wait in vain.
    private static func awaitEnd(_ isGone: () -> Bool, on eventLoop: any EventLoop) async throws {
        while !isGone() { try await eventLoop.submit {}.get() }
    }

    @Test func packetsAfterTheMakerHasLetGo() async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        var io: Server? = Server(eventLoopGroup: eventLoop, logger: Self.logger)
        weak let server = io
        io?.of("/").onConnection { socket in socket.onAny { socket.emit($0.name, arguments: $0.arguments) } }
        let engine = try #require(io?.engine)
        let channel = try await Self.listen(engine, on: eventLoop)
        let port = channel.localAddress?.port ?? 0
        let client = try await WebSocketClient.open(port: port)
        try await client.join()
        io = nil
        #expect(server != nil, "its session holds it")
        try await client.send(#"42["echo",1]"#)
        #expect(try await client.text() == #"42["echo",1]"#)
        try await client.send("40/other")
        #expect(try await client.text() == #"44/other,{"message":"Invalid namespace"}"#)
        try await client.send("41")
        try await client.join()
        client.close()
        try await Self.awaitEnd({ server == nil }, on: eventLoop)
        // A handshake that comes later is answered, and its session closed: there is nobody to talk to.
        let late = try await WebSocketClient.open(port: port)
        #expect(try await late.frame().opcode == WebSocketFrame.Opcode.close.rawValue)
        late.close()
        #expect(engine.sessionCount == 0)
        try await channel.close()
    }

    @Test func nothingHoldsAServerThatWasShutDown() async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        var io: Server? = Self.make(on: eventLoop)
        weak let server = io
        weak let engine = io?.engine
        let channel = try await Self.listen(try #require(io?.engine), on: eventLoop)
        let port = channel.localAddress?.port ?? 0
        let client = try await WebSocketClient.open(port: port)
        try await client.join()
        #expect(try await client.text() == #"420["ask"]"#)
        try await client.send("40/child-1")
        // With the offsets that recovery adds.
        #expect(try await client.text().hasPrefix(#"42["new","#))
        #expect(try await client.text().hasPrefix("40/child-1,"))
        #expect(try await client.text().hasPrefix(#"42["child","#))
        try await client.send(#"427["x"]"#)
        let answers = [try await client.text(), try await client.text()].sorted()
        #expect(answers[0].hasPrefix(#"42["x","#) && answers[1] == "437[]")
        await io?.shutdown()
        client.close()
        io = nil
        try await Self.awaitEnd({ server == nil }, on: eventLoop)
        try await channel.close()
        // The listening channel's initializer was the last to hold the engine.
        try await Self.awaitEnd({ engine == nil }, on: eventLoop)
    }
}
