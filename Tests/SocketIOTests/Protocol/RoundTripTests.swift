import NIOCore
import SocketIO
import Testing

/// What was written is read back as it was, for seeded random values.
@Suite struct RoundTripTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func valuesSurvive(seed: UInt64) throws {
        var source = RandomValue(random: SeededRandom(seed: seed))
        for _ in 0..<1_000 {
            let value = source.value(depth: 5)
            var out = ByteBuffer()
            var writer = JSONWriter()
            writer.write(value, into: &out)
            let text = String(buffer: out)
            try #require(try JSONReader.value(of: out) == value, "\(text)")
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func packetsSurviveWithTheirAttachments(seed: UInt64) throws {
        var source = RandomValue(random: SeededRandom(seed: seed))
        var decoder = SocketPacketDecoder()
        for _ in 0..<500 {
            source.binariesLeft = SocketLimits.attachmentsMax
            let id = Bool.random(using: &source.random) ? Int.random(in: 0..<1_000_000, using: &source.random) : nil
            let namespace = Bool.random(using: &source.random) ? "/" : "/room"
            let name = "n" + source.string()
            let arguments = source.list(depth: 4)
            let encoded = SocketPacketEncoder.event(
                namespace: namespace, id: id, name: name, arguments: arguments)
            var packet = try decoder.decode(text: encoded.text)
            for attachment in encoded.attachments { packet = try decoder.decode(binary: attachment) }
            try #require(packet == .event(namespace: namespace, id: id, name: name, arguments: arguments))
        }
    }

    @Test func trap46_textBetweenAttachmentsIsFatal() throws {
        var decoder = SocketPacketDecoder()
        let header = ByteBuffer(string: #"52-["m",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#)
        #expect(try decoder.decode(text: header) == nil)
        #expect(try decoder.decode(binary: ByteBuffer()) == nil)
        #expect(throws: SocketParseError.unexpectedMessage) {
            try decoder.decode(text: ByteBuffer(string: #"2["a"]"#))
        }
    }

    @Test func trap46_binaryWithoutAHeaderIsFatal() {
        var decoder = SocketPacketDecoder()
        #expect(throws: SocketParseError.unexpectedMessage) { try decoder.decode(binary: ByteBuffer(bytes: [1])) }
    }

    @Test func namespacesAreBounded() throws {
        var decoder = SocketPacketDecoder()
        let longest = "/" + String(repeating: "n", count: SocketLimits.namespaceBytesMax - 1)
        #expect(try decoder.decode(text: ByteBuffer(string: "0" + longest)) != nil)
        #expect(throws: SocketParseError.namespaceTooLong) {
            try decoder.decode(text: ByteBuffer(string: "0" + longest + "n"))
        }
        #expect(throws: SocketParseError.namespaceTooLong) {
            try decoder.decode(text: ByteBuffer(string: "0" + longest + "n,"))
        }
    }
}
