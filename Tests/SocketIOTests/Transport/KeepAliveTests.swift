import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import SocketIO
import Testing

/// One connection, many requests, ours and somebody else's in any mixture (trap 66).
@Suite struct KeepAliveTests {
    /// Who sits behind us: remembers what it was asked, answers when the test says so.
    private final class NextHandler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        var isPrompt = true
        private(set) var asked: [String] = []
        private(set) var ends = 0
        private var context: ChannelHandlerContext?

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head): self.asked.append(head.uri)
            case .body(let bytes): self.asked[self.asked.count - 1] += "+" + String(buffer: bytes)
            case .end:
                self.ends += 1
                if self.isPrompt { self.answer() }
            }
        }

        func answer() {
            let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "0"])
            self.context?.write(self.wrapOutboundOut(.head(head)), promise: nil)
            self.context?.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private struct Connection {
        let channel: EmbeddedChannel
        let next = NextHandler()
        let engine: EngineServer

        init(maxPayload: Int = 1_000) throws {
            let eventLoop = EmbeddedEventLoop()
            var configuration = EngineConfiguration()
            configuration.path = "/io/"
            configuration.maxPayload = maxPayload
            self.engine = EngineServer(
                eventLoopGroup: eventLoop, configuration: configuration,
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            self.engine.onConnection { connection in connection.onMessage { connection.send($0) } }
            self.channel = EmbeddedChannel(loop: eventLoop)
            let handler = self.engine.makeChannelHandler()
            try self.channel.pipeline.syncOperations.addHandlers([handler, self.next])
            try self.channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func request(_ method: HTTPMethod, _ uri: String, body: [String] = [], isLast: Bool = false) throws {
            var head = HTTPRequestHead(version: .http1_1, method: method, uri: uri)
            if isLast { head.headers.add(name: "Connection", value: "close") }
            try self.channel.writeInbound(HTTPServerRequestPart.head(head))
            for part in body { try self.channel.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: part))) }
            try self.channel.writeInbound(HTTPServerRequestPart.end(nil))
            self.channel.embeddedEventLoop.run()
        }

        /// The answers since the last call: status and body.
        func answers() throws -> [String] {
            self.channel.embeddedEventLoop.run()
            var answers: [String] = []
            while let part = try self.channel.readOutbound(as: HTTPServerResponsePart.self) {
                switch part {
                case .head(let head): answers.append("\(head.status.code)")
                case .body(.byteBuffer(let bytes)): answers[answers.count - 1] += " " + String(buffer: bytes)
                case .body, .end: break
                }
            }
            return answers
        }

        /// Opens a session over this connection.
        /// - Returns: the target of its requests.
        func handshake() throws -> String {
            try self.request(.GET, "/io/?EIO=4&transport=polling")
            let answer = try #require(try self.answers().first)
            let sessionID = try #require(answer.firstMatch(of: #/"sid":"([^"]+)"/#)?.1)
            return "/io/?EIO=4&transport=polling&sid=\(sessionID)"
        }

        func close() throws { _ = try self.channel.finish(acceptAlreadyClosed: true) }
    }

    @Test func trap66_requestsInAnyMixture() throws {
        let connection = try Connection()
        let session = try connection.handshake()
        try connection.request(.POST, "/other", body: ["a", "b"])
        try connection.request(.POST, session, body: ["4h", "ello"])
        try connection.request(.GET, "/other?2")
        try connection.request(.GET, session)
        try connection.request(.GET, "/io/?EIO=4")
        #expect(
            try connection.answers()
                == ["200", "200 ok", "200", "200 4hello", #"400 {"code":0,"message":"Transport unknown"}"#])
        #expect(connection.next.asked == ["/other+a+b", "/other?2"])
        try connection.close()
    }

    @Test func pipelinedRequestsWaitForTheHeldPoll() throws {
        let connection = try Connection()
        let session = try connection.handshake()
        try connection.request(.GET, session)
        try connection.request(.GET, "/other")
        try connection.request(.POST, "/more", body: ["x"])
        #expect(try connection.answers() == [])
        #expect(connection.next.asked == [], "nobody sees a request before the one in front of it is answered")

        let elsewhere = EmbeddedChannel(
            handler: connection.engine.makeChannelHandler(), loop: connection.channel.embeddedEventLoop)
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: session)
        try elsewhere.writeInbound(HTTPServerRequestPart.head(head))
        try elsewhere.writeInbound(HTTPServerRequestPart.body(ByteBuffer(string: "4hello")))
        try elsewhere.writeInbound(HTTPServerRequestPart.end(nil))
        #expect(try connection.answers() == ["200 4hello", "200", "200"])
        #expect(connection.next.asked == ["/other", "/more+x"])
        try connection.close()
        _ = try elsewhere.finish(acceptAlreadyClosed: true)
    }

    @Test func ourRequestWaitsForTheSlowAnswerOfSomebodyElse() throws {
        let connection = try Connection()
        let session = try connection.handshake()
        connection.next.isPrompt = false
        try connection.request(.GET, "/slow")
        try connection.request(.POST, session, body: ["4a"])
        try connection.request(.GET, "/slow2")
        #expect(try connection.answers() == [])
        #expect(connection.next.asked == ["/slow"])
        connection.next.answer()
        #expect(try connection.answers() == ["200", "200 ok"])
        #expect(connection.next.asked == ["/slow", "/slow2"])
        connection.next.answer()
        #expect(try connection.answers() == ["200"])
        try connection.close()
    }

    @Test func seededMixturesAreAnsweredInOrder() throws {
        var random = SeededRandom(seed: 7)
        let connection = try Connection()
        let session = try connection.handshake()
        for _ in 0..<50 {
            var expected: [String] = []
            for number in 0..<Int.random(in: 1...12, using: &random) {
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    try connection.request(.GET, "/other\(number)")
                    expected.append("200")
                case 1:
                    try connection.request(.POST, session, body: ["4m\(number)"])
                    try connection.request(.GET, session)
                    expected += ["200 ok", "200 4m\(number)"]
                case 2:
                    try connection.request(.PUT, "/io/?EIO=4&transport=polling", body: ["x"])
                    expected.append(#"400 {"code":2,"message":"Bad handshake method"}"#)
                default:
                    try connection.request(.POST, "/other\(number)", body: ["a", "b", "c"])
                    expected.append("200")
                }
            }
            try #require(try connection.answers() == expected)
        }
        try connection.close()
    }

    @Test func trap66_aRequestThatIsTheLastClosesTheConnection() throws {
        let connection = try Connection()
        let session = try connection.handshake()
        try connection.request(.POST, session, body: ["4a"], isLast: true)
        #expect(try connection.answers() == ["200 ok"])
        #expect(!connection.channel.isActive)
    }

    @Test func trap14_aBodyOverTheLimitIs413AndTheSessionStays() throws {
        let connection = try Connection(maxPayload: 10)
        let session = try connection.handshake()
        try connection.request(.POST, session, body: ["4", "123456789"])
        #expect(try connection.answers() == ["200 ok"])
        try connection.request(.POST, session, body: ["4", "1234567890"])
        #expect(try connection.answers() == ["413"])
        #expect(connection.engine.sessionCount == 1)
        #expect(!connection.channel.isActive)
    }

    @Test func trap06_aSecondPollOnOneConnectionIsAnsweredAfterTheFirst() throws {
        // Pipelined, so it is no second one at once: it waits for the first (trap 66).
        let connection = try Connection()
        let session = try connection.handshake()
        try connection.request(.GET, session)
        try connection.request(.GET, session)
        #expect(try connection.answers() == [])
        #expect(connection.engine.sessionCount == 1)
        connection.channel.pipeline.fireChannelInactive()
        #expect(connection.engine.sessionCount == 0)
    }
}
