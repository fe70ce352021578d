import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import SocketIO
import Testing

/// The answer to CONNECT leaves in a write of its own: a client that awaits one message after the other, and gets all
/// frames of one read in one go (`ws` in Node), would miss what comes right behind it.
@Suite struct LoneMessageTests {
    /// A WebSocket to a server on an event loop whose time the test makes.
    private struct Connection {
        let eventLoop = EmbeddedEventLoop()
        let channel: EmbeddedChannel
        let io: Server

        init(serve: @escaping @Sendable (Socket) -> Void) throws {
            self.io = Server(
                eventLoopGroup: self.eventLoop,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            self.io.of("/").onConnection(serve)
            self.channel = EmbeddedChannel(loop: self.eventLoop)
            let pipeline = self.channel.pipeline.syncOperations
            try pipeline.addHandler(
                ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)))
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addHandler(self.io.makeChannelHandler())
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
            try self.receive(
                ByteBuffer(
                    string: "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
            _ = try self.sent()
        }

        func receive(_ bytes: ByteBuffer) throws {
            try self.channel.writeInbound(bytes)
            self.eventLoop.run()
        }

        /// The texts that have left since the last call.
        func sent() throws -> [String] {
            var all = ByteBuffer()
            while var part = try self.channel.readOutbound(as: ByteBuffer.self) { all.writeBuffer(&part) }
            var texts: [String] = []
            while let head = all.readBytes(length: 2) { texts.append(all.readString(length: Int(head[1])) ?? "") }
            return texts
        }
    }

    @Test func theAnswerToConnectArrivesAlone() throws {
        let connection = try Connection { socket in
            socket.emit("auth")
            socket.volatile.emit("volatile")
        }
        try connection.receive(ClientFrame.text("40"))
        let first = try connection.sent()
        #expect(first.count == 1 && first[0].hasPrefix(#"40{"sid":"#), "\(first)")
        // What is sent in the meantime waits too, in order.
        connection.io.emit("news")
        connection.eventLoop.run()
        #expect(try connection.sent() == [])
        connection.eventLoop.advanceTime(by: .milliseconds(50))
        #expect(try connection.sent() == [#"42["auth"]"#, #"42["volatile"]"#, #"42["news"]"#])
        connection.io.emit("later")
        connection.eventLoop.run()
        #expect(try connection.sent() == [#"42["later"]"#])
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test func theClientsNextWordEndsTheWait() throws {
        let connection = try Connection { socket in
            socket.emit("auth")
            socket.on("ask") { $0.acknowledge() }
        }
        try connection.receive(ClientFrame.text("40"))
        #expect(try connection.sent().count == 1)
        try connection.receive(ClientFrame.text(#"421["ask"]"#))
        #expect(try connection.sent() == [#"42["auth"]"#, "431[]"])
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }

    @Test func whatWaitsLeavesBeforeTheEnd() throws {
        let connection = try Connection { socket in
            socket.emit("auth")
            socket.disconnect(close: true)
        }
        try connection.receive(ClientFrame.text("40"))
        #expect(try connection.sent().dropFirst().prefix(2) == [#"42["auth"]"#, "41"])
        _ = try connection.channel.finish(acceptAlreadyClosed: true)
    }
}
