import NIOCore
import Testing

@testable import SocketIO

/// Compressed WebSocket messages from a hostile client (RFC 7692).
@Suite struct DeflateFuzzTests {
    private static let messageBytesMax = 4_096

    /// A masked frame with RSV1 set.
    private static func frame(_ compressed: ByteBuffer, isFinal: Bool = true) -> ByteBuffer {
        var frame = ClientFrame.make(.binary, compressed, isFinal: isFinal)
        let first = frame.getInteger(at: frame.readerIndex, as: UInt8.self) ?? 0
        frame.setInteger(first | 0x40, at: frame.readerIndex)
        return frame
    }

    private static func read(_ pieces: [ByteBuffer]) -> [String] {
        var reader = WebSocketFrameReader(messageBytesMax: self.messageBytesMax, takesDeflated: true)
        var said: [String] = []
        for piece in pieces {
            reader.append(piece)
            do {
                while let event = try reader.next() {
                    if case .binary(let bytes) = event { #expect(bytes.readableBytes <= self.messageBytesMax) }
                    said.append(Meaning.of(event))
                }
            } catch {
                return said + ["reject \(Meaning.of(error))"]
            }
        }
        return said
    }

    @Test func whatWasCompressedIsReadWholeByteByByteAndInFragments() throws {
        var source = RandomValue(random: SeededRandom(seed: 5))
        for _ in 0..<50 {
            var bytes = source.bytes(lengthMax: 60)
            for _ in 0..<3 { bytes.writeImmutableBuffer(bytes) }
            let compressed = try #require(Deflate.compress(bytes, .raw))
            let expected = [Meaning.of(WebSocketFrameReader.Event.binary(bytes))]
            #expect(Self.read([Self.frame(compressed)]) == expected)
            #expect(Self.read(Self.frame(compressed).singleBytes) == expected)
            let half = compressed.readableBytes / 2
            let first = try #require(compressed.getSlice(at: compressed.readerIndex, length: half))
            var rest = compressed
            rest.moveReaderIndex(forwardBy: half)
            #expect(Self.read([Self.frame(first, isFinal: false), ClientFrame.make(.continuation, rest)]) == expected)
        }
    }

    @Test(arguments: FuzzPlan.seeds) func changedStreamsNeverTrap(seed: UInt64) throws {
        let texts = ["", "hello", String(repeating: "abc", count: 500), #"42["m",{"a":1}]"#]
        let samples = try texts.map { try #require(Deflate.compress(ByteBuffer(string: $0), .raw)) }
        var mutation = Mutation(seed: seed, samples: samples)
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let input = Self.frame(mutation.next())
            let whole = Self.read([input])
            let cut = Self.read(input.cut(&mutation.random, lengthMax: 9))
            try #require(cut == whole, "\(input.hex)")
        }
    }

    @Test func trap14_theLimitHoldsAfterInflation() throws {
        let atLimit = try #require(Deflate.compress(ByteBuffer(repeating: 0, count: Self.messageBytesMax), .raw))
        #expect(Self.read([Self.frame(atLimit)]).first?.hasPrefix("binary 00") == true)
        for count in [Self.messageBytesMax + 1, 3_000_000] {
            let bomb = try #require(Deflate.compress(ByteBuffer(repeating: 0, count: count), .raw))
            #expect(bomb.readableBytes < Self.messageBytesMax)
            #expect(Self.read([Self.frame(bomb)]) == ["reject 1009"])
        }
    }

    @Test func trap60_aCompressedFrameIsRefusedWhereItWasNotAgreed() throws {
        var reader = WebSocketFrameReader(messageBytesMax: Self.messageBytesMax)
        reader.append(Self.frame(try #require(Deflate.compress(ByteBuffer(string: "a"), .raw))))
        let violation = #expect(throws: WebSocketFrameReader.Violation.self) { try reader.next() }
        #expect(violation?.code == .protocolError)
    }
}
