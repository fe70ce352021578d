import NIOCore
import Testing

@testable import SocketIO

@Suite("Compression", .timeLimit(.minutes(1)))
struct CompressionTests {
    private static let text = String(repeating: #"{"rpm":1480.2,"torque":120.5},"#, count: 100)

    @Test(
        "an offer is answered without context takeover, or not at all",
        arguments: [
            ("permessage-deflate", true),
            ("permessage-deflate; client_max_window_bits", true),
            ("permessage-deflate; client_max_window_bits=10; server_no_context_takeover", true),
            ("permessage-deflate; server_max_window_bits=10, permessage-deflate", true),
            ("permessage-deflate; server_max_window_bits=10", false),
            ("permessage-deflate; client_max_window_bits=16", false),
            ("permessage-deflate; unknown", false),
            ("x-webkit-deflate-frame", false),
            ("", false),
        ])
    func negotiation(offer: String, isAccepted: Bool) {
        let answer = PerMessageDeflate.accept(offers: [offer])
        #expect(
            answer == (isAccepted ? "permessage-deflate; server_no_context_takeover; client_no_context_takeover" : nil))
    }

    @Test("a message comes out as it went in, however it is cut into frames")
    func roundTrip() throws {
        let small = try #require(Deflate.compress(ByteBuffer(string: Self.text), .raw))
        #expect(small.readableBytes < Self.text.utf8.count / 5)
        for cut in [small.readableBytes, 7, 20] {
            var reader = WebSocketFrameReader(messageBytesMax: 10_000, takesDeflated: true)
            reader.append(Self.maskedFrames(small, cut: cut))
            #expect(try reader.next() == .text(ByteBuffer(string: Self.text)))
            #expect(try reader.next() == nil)
        }
    }

    @Test("a bomb is stopped at the limit, garbage is refused, and so is compression that was not agreed")
    func hostile() throws {
        let zeros = ByteBuffer(repeating: 0x61, count: 1_000_000)
        let bomb = try #require(Deflate.compress(zeros, .raw))
        #expect(bomb.readableBytes < 2_000)
        Self.expect(.messageTooBig, of: Self.maskedFrames(bomb, cut: .max), takesDeflated: true)
        Self.expect(
            .invalidPayload, of: Self.maskedFrames(ByteBuffer(bytes: [0xFF, 0xFF, 0xFF]), cut: .max),
            takesDeflated: true)
        Self.expect(.protocolError, of: Self.maskedFrames(bomb, cut: .max), takesDeflated: false)
        var continuation = Self.maskedFrames(bomb, cut: 100)
        continuation.setInteger(UInt8(0x40), at: 106)  // RSV1 on the second frame
        Self.expect(.protocolError, of: continuation, takesDeflated: true)
    }

    @Test("a limit that is met exactly is no violation")
    func exactLimit() throws {
        let small = try #require(Deflate.compress(ByteBuffer(string: Self.text), .raw))
        var reader = WebSocketFrameReader(messageBytesMax: Self.text.utf8.count, takesDeflated: true)
        reader.append(Self.maskedFrames(small, cut: .max))
        #expect(try reader.next() == .text(ByteBuffer(string: Self.text)))
    }

    @Test("one compressed form serves all receivers; short and unwilling messages go as they are")
    func sharedFrames() throws {
        let message = OutboundMessage(.message, ByteBuffer(string: Self.text))
        let first = message.frames(deflateThreshold: 1024)
        #expect(first.getInteger(at: 0, as: UInt8.self) == 0xC1)
        #expect(first.readableBytes < message.frames.readableBytes / 4)
        // The same storage, and not only the same bytes.
        let again = message.frames(deflateThreshold: 1024)
        #expect(
            first.withUnsafeReadableBytes { $0.baseAddress } == again.withUnsafeReadableBytes { $0.baseAddress })
        #expect(message.frames(deflateThreshold: nil) == message.frames)
        #expect(OutboundMessage(.message, ByteBuffer(string: "short")).frames(deflateThreshold: 1).readableBytes == 8)
        let unwilling = OutboundMessage(.message, ByteBuffer(string: Self.text), isCompressed: false)
        #expect(unwilling.frames(deflateThreshold: 1024) == unwilling.frames)
    }

    @Test("trap 60: on the wire only those who agreed get a compressed frame")
    func trap60_whoDidNotAgreeGetsThePlainFrame() async throws {
        try await TestServer.run {
            $0.engine.perMessageDeflate = CompressionConfiguration()
        } _: { server in
            let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
            let agreed = try await WebSocketClient.open(port: server.port, headers: [offer])
            let plain = try await WebSocketClient.open(server)
            let refused = try await WebSocketClient.open(
                port: server.port, headers: ["Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9"])
            for client in [agreed, plain, refused] { try await client.join() }
            server.io.emit("news", .string(Self.text))
            let whole = #"42["news","\#(Self.text.replacing("\"", with: #"\""#))"]"#
            for client in [plain, refused] { #expect(try await client.text() == whole) }
            var reader = WebSocketFrameReader(messageBytesMax: 100_000, takesDeflated: true)
            let head = try await agreed.connection.bytes(2)
            #expect(head.getInteger(at: 0, as: UInt8.self) == 0xC1, "text, final, RSV1")
            let length = Int(head.getInteger(at: 1, as: UInt8.self) ?? 0)
            try #require(length < 126, "a frame with a short length")
            reader.append(Self.maskedFrames(try await agreed.connection.bytes(length), cut: .max))
            #expect(try reader.next() == .text(ByteBuffer(string: whole)))
            // A short message goes as it is, to everybody.
            server.io.emit("short")
            for client in [agreed, plain, refused] { #expect(try await client.text() == #"42["short"]"#) }
        }
    }

    @Test(
        "a polling body is compressed for those who take it",
        arguments: [
            (["gzip, deflate, br"], "gzip"), (["deflate"], "deflate"), (["gzip;q=0, deflate"], "deflate"),
            (["GZIP;q=0.5"], "gzip"), (["br"], nil), ([], nil),
        ] as [([String], String?)])
    func pollingBody(accepted: [String], encoding: String?) {
        var response = EngineResponse.payload(ByteBuffer(string: Self.text))
        #expect(response.compressed(threshold: 1024, acceptEncoding: accepted).contentEncoding == nil)
        response.isCompressible = true
        let answer = response.compressed(threshold: 1024, acceptEncoding: accepted)
        #expect(answer.contentEncoding == encoding)
        #expect((answer.body.readableBytes < Self.text.utf8.count / 4) == (encoding != nil))
        #expect(response.compressed(threshold: 1_000_000, acceptEncoding: accepted).contentEncoding == nil)
        #expect(response.compressed(threshold: nil, acceptEncoding: accepted).contentEncoding == nil)
    }

    // MARK: A client's frames

    private static func maskedFrames(_ payload: ByteBuffer, cut: Int) -> ByteBuffer {
        var payload = payload
        var out = ByteBuffer()
        var isFirst = true
        while let part = payload.readSlice(length: min(cut, payload.readableBytes)) {
            let isLast = payload.readableBytes == 0
            out.writeInteger(UInt8((isLast ? 0x80 : 0) | (isFirst ? 0x41 : 0)))
            if part.readableBytes < 126 {
                out.writeInteger(0x80 | UInt8(part.readableBytes))
            } else {
                out.writeInteger(UInt8(0xFE))
                out.writeInteger(UInt16(part.readableBytes))
            }
            out.writeInteger(UInt32(0))  // a mask of zeros masks nothing
            out.writeImmutableBuffer(part)
            isFirst = false
            if isLast { break }
        }
        return out
    }

    private static func expect(_ code: WebSocketCloseCode, of bytes: ByteBuffer, takesDeflated: Bool) {
        var reader = WebSocketFrameReader(messageBytesMax: 100_000, takesDeflated: takesDeflated)
        reader.append(bytes)
        #expect(throws: WebSocketFrameReader.Violation(code: code)) {
            while try reader.next() != nil {}
        }
    }
}
