import NIOCore
import SocketIO
import Testing

@Suite struct OutboundMessageTests {
    private static func payload(_ messages: [OutboundMessage]) -> String {
        var body = ByteBuffer()
        for message in messages { message.writePayload(into: &body) }
        return String(buffer: body).replacing("\u{1E}", with: "|")
    }

    @Test func aTextPacketOnBothTransports() {
        let message = OutboundMessage(.message, ByteBuffer(string: "hello"))
        #expect(message.frames.hex == "81063468656c6c6f")
        #expect(Self.payload([message]) == "4hello")
        #expect(message.byteCount == 8)
    }

    @Test func trap12_trap13_binaryOnBothTransports() {
        let message = OutboundMessage(binary: ByteBuffer(bytes: [1, 2, 3, 4]))
        #expect(message.frames.hex == "820401020304")
        #expect(Self.payload([message]) == "bAQIDBA==")
        let empty = OutboundMessage(binary: ByteBuffer())
        #expect(empty.frames.hex == "8200")
        #expect(Self.payload([empty]) == "b")
    }

    @Test func trap45_attachmentsFollowTheirPacketAsOneUnit() {
        let packet = SocketPacketEncoder.event(
            namespace: "/", name: "m", arguments: [.binary(ByteBuffer(bytes: [1])), .binary(ByteBuffer())])
        let message = OutboundMessage(packet)
        let text = #"452-["m",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#
        #expect(Self.payload([.ping, message, .noop]) == "2|\(text)|bAQ==|b|6")
        var frames = WebSocketFrame.make(.text, ByteBuffer(string: text))
        frames.writeImmutableBuffer(WebSocketFrame.make(.binary, ByteBuffer(bytes: [1])))
        frames.writeImmutableBuffer(WebSocketFrame.make(.binary, ByteBuffer()))
        #expect(message.frames == frames)
    }

    @Test(arguments: [0, 124, 125, 65_534, 65_535, 100_000]) func longTextsKeepTheirPlaceBehindTheHeader(_ length: Int)
    {
        let text = String(repeating: "x", count: length)
        let message = OutboundMessage(.message, ByteBuffer(string: text))
        #expect(Self.payload([message]) == "4" + text)
        #expect(message.frames == WebSocketFrame.make(.text, ByteBuffer(string: "4" + text)))
    }

    @Test func theStandingPackets() {
        #expect(Self.payload([.ping, .noop, .close, .probeAnswer]) == "2|6|1|3probe")
    }
}
