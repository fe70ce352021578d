import NIOCore
import SocketIO
import Testing

/// The polling bodies of `Vectors/engineio-v4.vectors`, whole, byte by byte and glued together.
@Suite struct EngineVectorTests {
    static let file = "engineio-v4.vectors"

    static func vectors(rejected: Bool) -> [WireVector] {
        ((try? WireVector.load(self.file, prefix: "payload.")) ?? []).filter { ($0.rejection != nil) == rejected }
    }

    private static func decode(_ pieces: [ByteBuffer]) throws(EngineParseError) -> [EnginePacket] {
        var decoder = EnginePayloadDecoder()
        var packets: [EnginePacket] = []
        for piece in pieces { packets += try decoder.append(piece) }
        packets.append(try decoder.finish())
        return packets
    }

    @Test func everyLineIsAVectorAndEveryIDIsUnique() throws {
        for file in [Self.file, "socketio-v5.vectors"] {
            #expect(try WireVector.strayLines(file) == [])
            let ids = try WireVector.load(file).map(\.id)
            #expect(ids.count > 50)
            #expect(Set(ids).count == ids.count)
        }
    }

    @Test(arguments: vectors(rejected: false)) func readWhole(_ vector: WireVector) throws {
        #expect(Meaning.of(try Self.decode([ByteBuffer(string: vector.wire)])) == vector.meaning)
    }

    @Test(arguments: vectors(rejected: false)) func readByteByByte(_ vector: WireVector) throws {
        #expect(Meaning.of(try Self.decode(ByteBuffer(string: vector.wire).singleBytes)) == vector.meaning)
    }

    @Test(arguments: vectors(rejected: false)) func writtenAsRead(_ vector: WireVector) throws {
        try #require(vector.isCanonical)
        var body = ByteBuffer()
        for packet in try Self.decode([ByteBuffer(string: vector.wire)]) {
            switch packet {
            case .text(let type, let payload): OutboundMessage(type, payload).writePayload(into: &body)
            case .binary(let bytes): OutboundMessage(binary: bytes).writePayload(into: &body)
            }
        }
        #expect(String(buffer: body) == vector.wire)
    }

    @Test func readGluedTogether() throws {
        let vectors = Self.vectors(rejected: false)
        let body = ByteBuffer(string: vectors.map(\.wire).joined(separator: "\u{1E}"))
        let meanings = vectors.map(\.meaning).joined(separator: " + ")
        #expect(Meaning.of(try Self.decode([body])) == meanings)
        #expect(Meaning.of(try Self.decode(body.singleBytes)) == meanings)
    }

    @Test(arguments: vectors(rejected: true)) func refused(_ vector: WireVector) {
        let whole = ByteBuffer(string: vector.wire)
        let behindGoodOne = ByteBuffer(string: "4ok\u{1E}" + vector.wire)
        for pieces in [[whole], whole.singleBytes, [behindGoodOne], behindGoodOne.singleBytes] {
            let error = #expect(throws: EngineParseError.self) { try Self.decode(pieces) }
            #expect(error.map(Meaning.of) == vector.rejection)
        }
    }

    @Test(arguments: [[0x34, 0xFF], [0x34, 0xED, 0xA0, 0x80], [0x34, 0x61, 0xC3]] as [[UInt8]])
    func trap44_textThatIsNotUTF8IsRefused(_ bytes: [UInt8]) {
        #expect(throws: EngineParseError.invalidUTF8) { try Self.decode([ByteBuffer(bytes: bytes)]) }
        #expect(throws: EngineParseError.invalidUTF8) { try Self.decode(ByteBuffer(bytes: bytes).singleBytes) }
    }

    @Test func trap11_aSeparatorInsideAJSONTextIsEscapedSoNeverSplits() throws {
        let event = SocketPacketEncoder.event(namespace: "/", name: "m", arguments: ["a\u{1E}b"])
        var body = ByteBuffer()
        OutboundMessage(event).writePayload(into: &body)
        #expect(String(buffer: body) == #"42["m","a\u001eb"]"#)
        #expect(try Self.decode([body]).count == 1)
    }
}
