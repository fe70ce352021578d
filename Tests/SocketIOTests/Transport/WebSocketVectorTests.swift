import NIOCore
import SocketIO
import Testing

/// The frames of `Vectors/engineio-v4.vectors`, whole, byte by byte and back to back.
@Suite struct WebSocketVectorTests {
    /// Bytes of a message that the readers here take; the vectors of too long messages announce more.
    private static let messageBytesMax = 256

    static func vectors(rejected: Bool) -> [WireVector] {
        ((try? WireVector.load(EngineVectorTests.file, prefix: "frame.")) ?? [])
            .filter { ($0.rejection != nil) == rejected }
    }

    static func serverVectors() -> [WireVector] {
        (try? WireVector.load(EngineVectorTests.file, prefix: "server.")) ?? []
    }

    /// What a reader says to these pieces: its events, then the violation if there is one.
    private static func read(_ pieces: [ByteBuffer]) -> [String] {
        var reader = WebSocketFrameReader(messageBytesMax: self.messageBytesMax)
        var said: [String] = []
        for piece in pieces {
            reader.append(piece)
            do {
                while let event = try reader.next() { said.append(Meaning.of(event)) }
            } catch {
                return said + ["reject \(Meaning.of(error))"]
            }
        }
        return said
    }

    @Test(arguments: vectors(rejected: false)) func read(_ vector: WireVector) throws {
        let bytes = try #require(ByteBuffer(hex: vector.wire))
        #expect(Self.read([bytes]).joined(separator: " + ") == vector.meaning)
        #expect(Self.read(bytes.singleBytes).joined(separator: " + ") == vector.meaning)
    }

    @Test func readBackToBack() throws {
        let vectors = Self.vectors(rejected: false)
        #expect(vectors.count > 15)
        var bytes = ByteBuffer()
        for vector in vectors { bytes.writeImmutableBuffer(try #require(ByteBuffer(hex: vector.wire))) }
        let meanings = vectors.map(\.meaning).joined(separator: " + ")
        #expect(Self.read([bytes]).joined(separator: " + ") == meanings)
        #expect(Self.read(bytes.singleBytes).joined(separator: " + ") == meanings)
    }

    @Test(arguments: vectors(rejected: true)) func trap62_refused(_ vector: WireVector) throws {
        let bytes = try #require(ByteBuffer(hex: vector.wire))
        #expect(Self.read([bytes]) == [vector.meaning])
        #expect(Self.read(bytes.singleBytes) == [vector.meaning])
        var behindGoodOne = ClientFrame.text("ok")
        behindGoodOne.writeImmutableBuffer(bytes)
        #expect(Self.read([behindGoodOne]) == ["text ok", vector.meaning])
        #expect(Self.read(behindGoodOne.singleBytes) == ["text ok", vector.meaning])
    }

    @Test(arguments: serverVectors()) func written(_ vector: WireVector) throws {
        let words = vector.meaning.split(separator: " ", maxSplits: 1).map(String.init)
        let payload = words.count < 2 ? "" : words[1]
        let written =
            switch words[0] {
            case "text": WebSocketFrame.make(.text, ByteBuffer(string: payload))
            case "binary": WebSocketFrame.make(.binary, try #require(ByteBuffer(hex: payload)))
            case "pong": WebSocketFrame.make(.pong, try #require(ByteBuffer(hex: payload)))
            default: WebSocketFrame.close(try #require(WebSocketCloseCode(rawValue: 0x03E8)))
            }
        #expect(written.hex == vector.wire)
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
    func aFrameOfAnyLengthIsReadAsItWasWritten(_ length: Int) throws {
        let payload = ByteBuffer(repeating: 0x61, count: length)
        var reader = WebSocketFrameReader(messageBytesMax: 100_000)
        reader.append(ClientFrame.make(.binary, payload))
        #expect(try reader.next() == .binary(payload))
        #expect(try reader.next() == nil)
        #expect(
            WebSocketFrame.make(.binary, payload).readableBytes
                == length + WebSocketFrame.headerLength(payload: length))
    }

    @Test func trap14_theLimitCountsBytesOverAllFragments() throws {
        let half = ByteBuffer(repeating: 0x61, count: 128)
        var reader = WebSocketFrameReader(messageBytesMax: 256)
        reader.append(ClientFrame.make(.text, half, isFinal: false))
        reader.append(ClientFrame.make(.continuation, half, isFinal: true))
        #expect(try reader.next() == .text(ByteBuffer(repeating: 0x61, count: 256)))
        reader.append(ClientFrame.make(.text, half, isFinal: false))
        reader.append(ClientFrame.make(.continuation, half, isFinal: false))
        #expect(try reader.next() == nil)
        reader.append(ClientFrame.make(.continuation, ByteBuffer(string: "b"), isFinal: true))
        Self.expectTooBig(&reader)
    }

    @Test func trap62_aFloodOfTinyFragmentsIsRefused() throws {
        var reader = WebSocketFrameReader(messageBytesMax: 1_000_000)
        reader.append(ClientFrame.make(.text, ByteBuffer(), isFinal: false))
        for _ in 1..<EngineLimits.fragmentsPerMessageMax {
            reader.append(ClientFrame.make(.continuation, ByteBuffer(), isFinal: false))
        }
        #expect(try reader.next() == nil)
        reader.append(ClientFrame.make(.continuation, ByteBuffer(), isFinal: false))
        Self.expectTooBig(&reader)
    }

    @Test func trap67_anAnnouncedLengthIsRefusedBeforeAnyByteOfIt() throws {
        var reader = WebSocketFrameReader(messageBytesMax: 1_000_000)
        var header = ByteBuffer(bytes: [0x82, 0xFF])
        header.writeInteger(UInt64(1_000_001))
        header.writeInteger(UInt32(0))
        reader.append(header)
        Self.expectTooBig(&reader)
    }

    private static func expectTooBig(_ reader: inout WebSocketFrameReader) {
        let violation = #expect(throws: WebSocketFrameReader.Violation.self) { try reader.next() }
        #expect(violation?.code == .messageTooBig)
    }
}
