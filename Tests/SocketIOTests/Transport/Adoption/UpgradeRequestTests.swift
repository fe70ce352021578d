import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import SocketIO

/// The strict reader of opening handshakes: what it takes, the HTTP decoder reads alike.
@Suite struct UpgradeRequestTests {
    private static let usual = [
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1", "Host: 127.0.0.1:3000", "Connection: keep-alive, Upgrade",
        "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Cookie:  a=b;\tc=d ", "X-Empty:",
    ]

    private static func text(_ lines: [String]) -> String { lines.joined(separator: "\r\n") + "\r\n\r\n" }

    private static func read(_ bytes: ByteBuffer) -> UpgradeRequest? {
        bytes.withUnsafeReadableBytes { UpgradeRequest($0) }
    }

    private static func read(_ text: String) -> UpgradeRequest? { self.read(ByteBuffer(string: text)) }

    @Test func theUsualRequest() throws {
        let text = Self.text(Self.usual)
        let request = try #require(Self.read(text))
        #expect(request.byteCount == text.utf8.count)
        #expect(request.head.uri == "/socket.io/?EIO=4&transport=websocket")
        #expect(request.head.headers["cookie"] == ["a=b;\tc=d"])
        #expect(request.head.headers["x-empty"] == [""])
        #expect(request.head.headers.count == 7)
    }

    @Test func framesBehindItAreNotItsOwn() throws {
        let text = Self.text(Self.usual)
        var bytes = ByteBuffer(string: text)
        bytes.writeImmutableBuffer(ClientFrame.text("40\r\n\r\n"))
        #expect(try #require(Self.read(bytes)).byteCount == text.utf8.count)
    }

    @Test func aPartOfItIsNone() {
        let bytes = ByteBuffer(string: Self.text(Self.usual))
        for count in 0..<bytes.readableBytes {
            #expect(Self.read(bytes.getSlice(at: 0, length: count) ?? bytes) == nil)
        }
    }

    @Test(
        arguments: [
            "POST / HTTP/1.1", "GET / HTTP/1.0", "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "get / HTTP/1.1",
            "GET x HTTP/1.1", "GET http://a/ HTTP/1.1", "GET /a b HTTP/1.1", "GET /\u{7F} HTTP/1.1", "GET /ä HTTP/1.1",
            "GET HTTP/1.1", "", "GET /\n HTTP/1.1",
        ]) func firstLinesLeftToTheDecoder(line: String)
    {
        #expect(Self.read(Self.text([line] + Self.usual.dropFirst())) == nil)
    }

    @Test(
        arguments: [
            "Content-Length: 0", "content-length: 5", "Transfer-Encoding: chunked", "EXPECT: 100-continue", "NoColon",
            ": no name", " Folded: line", "\tFolded: line", "Name : value", "Na me: value", "Näme: value",
            "Name: a\u{0}b", "Name: a\nb", "Name: a\rb", "Name: \u{7F}",
        ]) func headersLeftToTheDecoder(line: String)
    {
        #expect(Self.read(Self.text(Self.usual + [line])) == nil)
    }

    @Test func asManyHeadersAsItTakes() {
        let lines = (0..<UpgradeRequest.headersMax).map { "N\($0): v" }
        #expect(Self.read(Self.text([Self.usual[0]] + lines)) != nil)
        #expect(Self.read(Self.text([Self.usual[0]] + lines + ["One: more"])) == nil)
    }

    /// The decoder leaves the white space behind a value, which is not part of it (RFC 9110 section 5.5).
    private static func trimmed(_ part: HTTPServerRequestPart?) -> HTTPServerRequestPart? {
        guard case .head(var head) = part else { return part }
        head.headers = HTTPHeaders(
            head.headers.map { ($0.name, String($0.value.reversed().drop { $0 == " " || $0 == "\t" }.reversed())) })
        return .head(head)
    }

    /// What it takes is to the decoder the same request, to the byte.
    @Test(arguments: FuzzPlan.seeds) func whatItTakesTheDecoderReadsAlike(seed: UInt64) throws {
        let samples = [
            Self.text(Self.usual), Self.text(Array(Self.usual.prefix(4))),
            Self.text([Self.usual[0], "Host: a", "Host: b", "A:", "B: \"q\", x"]),
        ].map { ByteBuffer(string: $0) }
        var mutation = Mutation(seed: seed, samples: samples, alphabet: "\r\n :\tGET/HTTP1.0content-length,upgrade")
        var taken = 0
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let bytes = mutation.next()
            guard let request = Self.read(bytes) else { continue }
            taken += 1
            let channel = EmbeddedChannel(
                handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
            let whole = try #require(bytes.getSlice(at: 0, length: request.byteCount))
            do {
                try channel.writeInbound(whole)
                let head = try channel.readInbound(as: HTTPServerRequestPart.self)
                let end = try channel.readInbound(as: HTTPServerRequestPart.self)
                #expect(Self.trimmed(head) == .head(request.head), "\(String(buffer: whole))")
                #expect(end == .end(nil), "\(String(buffer: whole))")
            } catch {
                Issue.record("the decoder refuses it: \(error): \(String(reflecting: String(buffer: whole)))")
            }
            _ = try? channel.finish(acceptAlreadyClosed: true)
        }
        #expect(taken > FuzzPlan.inputsPerSeed / 50)
    }
}
