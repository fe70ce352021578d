import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SocketGateway

/// The guard in a pipeline of its own, without sockets.
@Suite struct HTTPConnectionGuardTests {
    private func channel() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(HTTPConnectionGuard(now: channel.embeddedEventLoop.now))
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        return channel
    }

    private func send(_ uri: String, keepAlive: Bool = true, to channel: EmbeddedChannel) throws {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: uri)
        if !keepAlive { head.headers.add(name: "connection", value: "close") }
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
    }

    private func answer(_ channel: EmbeddedChannel, status: HTTPResponseStatus = .ok) throws {
        try channel.writeOutbound(HTTPServerResponsePart.head(.init(version: .http1_1, status: status)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }

    private func readURI(_ channel: EmbeddedChannel) throws -> String? {
        guard case .head(let head) = try channel.readInbound(as: HTTPServerRequestPart.self) else { return nil }
        _ = try channel.readInbound(as: HTTPServerRequestPart.self)
        return head.uri
    }

    private func readHead(_ channel: EmbeddedChannel) throws -> HTTPResponseHead? {
        guard case .head(let head) = try channel.readOutbound(as: HTTPServerResponsePart.self) else { return nil }
        return head
    }

    @Test func secondRequestWaitsForTheFirstAnswer() throws {
        let channel = try self.channel()
        try self.send("/one", to: channel)
        try self.send("/two", to: channel)
        #expect(try self.readURI(channel) == "/one")
        #expect(try self.readURI(channel) == nil)
        try self.answer(channel)
        #expect(try self.readURI(channel) == "/two")
    }

    @Test func lastAnswerOfAConnectionSaysSo() throws {
        let channel = try self.channel()
        try self.send("/", keepAlive: false, to: channel)
        try self.answer(channel)
        #expect(try self.readHead(channel)?.headers["connection"] == ["close"])
    }

    @Test func requestThatDoesNotParseIsAnswered() throws {
        let channel = try self.channel()
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
        let head = try self.readHead(channel)
        #expect(head?.status == .badRequest)
        #expect(head?.headers["content-type"] == [Problem.mediaType])
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
    }

    @Test func tooLargeABodyIsRefusedBeforeItComes() throws {
        let channel = try self.channel()
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
        head.headers.add(name: "content-length", value: String(Limits.requestBodyBytesMax + 1))
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        #expect(try self.readHead(channel)?.status == .payloadTooLarge)
        #expect(try channel.readInbound(as: HTTPServerRequestPart.self) == nil)
    }

    @Test func afterAnUpgradeTheGuardIsGone() throws {
        let channel = try self.channel()
        try self.send("/", to: channel)
        _ = try self.readURI(channel)
        try channel.writeOutbound(HTTPServerResponsePart.head(.init(version: .http1_1, status: .switchingProtocols)))
        #expect(throws: ChannelPipelineError.notFound) {
            _ = try channel.pipeline.syncOperations.handler(type: HTTPConnectionGuard.self)
        }
        try channel.writeInbound(ByteBuffer(string: "bytes"))
        #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(string: "bytes"))
    }

    @Test func quiescingClosesAnIdleConnectionAtOnce() throws {
        let channel = try self.channel()
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test func quiescingWaitsForTheAnswer() throws {
        let channel = try self.channel()
        try self.send("/", to: channel)
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(channel.isActive)
        try self.answer(channel)
        #expect(try self.readHead(channel)?.headers["connection"] == ["close"])
    }
}
