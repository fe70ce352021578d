import Foundation
import NIOCore
import SocketIO
import Testing

/// Seeded changes of good inputs: no reader traps, keeps more than its limits, or cares how its bytes were cut.
/// A failing seed is the argument of the test case; see `FuzzPlan`.
@Suite struct DecoderFuzzTests {
    @Test(arguments: FuzzPlan.seeds) func jsonReader(seed: UInt64) throws {
        let samples = (JSONReaderTests.echoed + JSONReaderTests.refused).map(ByteBuffer.init(string:))
        var mutation = Mutation(seed: seed, samples: samples, alphabet: "[]{}\",:\\u0123456789eE+-.truefalsn dD8bc")
        var acceptedCount = 0
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let input = mutation.next()
            guard let value = try? JSONReader.value(of: input) else { continue }
            acceptedCount += 1
            var out = ByteBuffer()
            var writer = JSONWriter()
            writer.write(value, into: &out)
            try #require(
                try JSONReader.value(of: out) == value, "\(String(buffer: input)) became \(String(buffer: out))")
        }
        #expect(acceptedCount > FuzzPlan.inputsPerSeed / 20, "the changes are too wild to prove anything")
    }

    @Test(arguments: FuzzPlan.seeds) func socketPacketDecoder(seed: UInt64) throws {
        let vectors = try WireVector.load("socketio-v5.vectors")
        let samples = vectors.map { ByteBuffer(string: $0.wire.components(separatedBy: " + ")[0]) }
        var mutation = Mutation(seed: seed, samples: samples, alphabet: "0123456789-/,[]{}\"a_:")
        var acceptedCount = 0
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let input = mutation.next()
            var decoder = SocketPacketDecoder()
            do {
                var packet = try decoder.decode(text: input)
                var attachmentsTaken = 0
                while packet == nil {
                    attachmentsTaken += 1
                    try #require(attachmentsTaken <= SocketLimits.attachmentsMax, "\(String(buffer: input))")
                    packet = try decoder.decode(binary: ByteBuffer(bytes: [1]))
                }
                acceptedCount += 1
            } catch is SocketParseError {}
        }
        #expect(acceptedCount > FuzzPlan.inputsPerSeed / 20)
    }

    @Test(arguments: FuzzPlan.seeds) func payloadDecoder(seed: UInt64) throws {
        let samples = try WireVector.load(EngineVectorTests.file, prefix: "payload.")
            .map { ByteBuffer(string: $0.wire) }
        var mutation = Mutation(seed: seed, samples: samples, alphabet: "0123456b=/+Zm9v")
        func outcome(_ pieces: [ByteBuffer]) -> String {
            var decoder = EnginePayloadDecoder()
            var packets: [EnginePacket] = []
            do {
                for piece in pieces { packets += try decoder.append(piece) }
                return Meaning.of(packets + [try decoder.finish()])
            } catch {
                return "\(error)"
            }
        }
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let input = mutation.next()
            let whole = outcome([input])
            let cut = outcome(input.cut(&mutation.random, lengthMax: 5))
            try #require(cut == whole, "\(input.hex)")
        }
    }

    @Test(arguments: FuzzPlan.seeds) func webSocketFrameReader(seed: UInt64) throws {
        let vectors = try WireVector.load(EngineVectorTests.file, prefix: "frame.")
        let samples = try vectors.map { try #require(ByteBuffer(hex: $0.wire)) }
        var mutation = Mutation(seed: seed, samples: samples)
        let messageBytesMax = 64
        func outcome(_ pieces: [ByteBuffer]) -> [String] {
            var reader = WebSocketFrameReader(messageBytesMax: messageBytesMax)
            var said: [String] = []
            for piece in pieces {
                reader.append(piece)
                do {
                    while let event = try reader.next() {
                        if case .text(let text) = event { #expect(text.readableBytes <= messageBytesMax) }
                        if case .binary(let bytes) = event { #expect(bytes.readableBytes <= messageBytesMax) }
                        said.append(Meaning.of(event))
                    }
                } catch {
                    return said + [Meaning.of(error)]
                }
            }
            return said
        }
        for _ in 0..<FuzzPlan.inputsPerSeed {
            var input = mutation.next()
            input.writeImmutableBuffer(mutation.next())
            let whole = outcome([input])
            let cut = outcome(input.cut(&mutation.random, lengthMax: 7))
            try #require(cut == whole, "\(input.hex)")
        }
    }

    @Test(arguments: FuzzPlan.seeds) func base64(seed: UInt64) throws {
        let samples = Base64Tests.known.map { ByteBuffer(string: $0.1) } + [ByteBuffer(string: "AQID+/+/AQ==")]
        var mutation = Mutation(seed: seed, samples: samples, alphabet: "ABZaz09+/====-_")
        var acceptedCount = 0
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let input = mutation.next()
            guard let bytes = Base64.decode(input.readableBytesView) else { continue }
            acceptedCount += 1
            var again = ByteBuffer()
            Base64.encode(bytes.readableBytesView, into: &again)
            // Not the same text: the unused bits of the last digit may be set.
            try #require(again.readableBytes == input.readableBytes)
            try #require(Base64.decode(again.readableBytesView) == bytes)
        }
        #expect(acceptedCount > FuzzPlan.inputsPerSeed / 20)
    }
}
