import Foundation
import NIOCore
import SocketIO
import Testing

/// `Vectors/socketio-v5.vectors`: alone, glued together, and byte by byte through both transports' readers.
@Suite struct SocketVectorTests {
    static func vectors(rejected: Bool) -> [WireVector] {
        ((try? WireVector.load("socketio-v5.vectors")) ?? []).filter { ($0.rejection != nil) == rejected }
    }

    /// The text and the attachments of a vector's wire form.
    private static func messages(_ vector: WireVector) throws -> (text: ByteBuffer, attachments: [ByteBuffer]) {
        let parts = vector.wire.components(separatedBy: " + ")
        let attachments = try parts.dropFirst().map { part in
            part == "-" ? ByteBuffer() : try #require(ByteBuffer(hex: part))
        }
        return (ByteBuffer(string: parts[0]), attachments)
    }

    /// Decodes a whole vector: nothing may come before its last message, and then exactly one packet.
    private static func decode(
        _ vector: WireVector, with decoder: inout SocketPacketDecoder
    ) throws -> SocketPacket {
        let (text, attachments) = try self.messages(vector)
        var packet = try decoder.decode(text: text)
        for attachment in attachments {
            #expect(packet == nil)
            packet = try decoder.decode(binary: attachment)
        }
        return try #require(packet)
    }

    private static func encode(_ packet: SocketPacket) throws -> EncodedSocketPacket {
        switch packet {
        case .connect(let namespace, let payload):
            SocketPacketEncoder.connect(namespace: namespace, payload: try #require(payload))
        case .disconnect(let namespace): SocketPacketEncoder.disconnect(namespace: namespace)
        case .event(let namespace, let id, let name, let arguments):
            SocketPacketEncoder.event(namespace: namespace, id: id, name: name, arguments: arguments)
        case .ack(let namespace, let id, let arguments):
            SocketPacketEncoder.ack(namespace: namespace, id: id, arguments: arguments)
        case .connectError(let namespace, let payload):
            SocketPacketEncoder.connectError(
                namespace: namespace, message: try #require(payload["message"]?.stringValue), data: payload["data"])
        }
    }

    @Test(arguments: vectors(rejected: false)) func read(_ vector: WireVector) throws {
        var decoder = SocketPacketDecoder()
        let packet = try Self.decode(vector, with: &decoder)
        #expect(Meaning.of(packet) == vector.meaning)
        // Nothing is left over: the decoder takes the next packet.
        #expect(try decoder.decode(text: ByteBuffer(string: "1")) == .disconnect(namespace: "/"))
    }

    @Test(arguments: vectors(rejected: false).filter(\.isCanonical)) func writtenAsRead(_ vector: WireVector) throws {
        var decoder = SocketPacketDecoder()
        let encoded = try Self.encode(try Self.decode(vector, with: &decoder))
        let (text, attachments) = try Self.messages(vector)
        #expect(String(buffer: encoded.text) == String(buffer: text))
        #expect(encoded.attachments == attachments)
    }

    @Test(arguments: vectors(rejected: true)) func refused(_ vector: WireVector) throws {
        var decoder = SocketPacketDecoder()
        let error = #expect(throws: SocketParseError.self) { _ = try Self.decode(vector, with: &decoder) }
        #expect(error.map(Meaning.of) == vector.rejection)
    }

    @Test func readGluedTogetherOverPolling() throws {
        let vectors = Self.vectors(rejected: false)
        var body = ByteBuffer()
        for vector in vectors {
            let (text, attachments) = try Self.messages(vector)
            OutboundMessage(.message, text, attachments: attachments).writePayload(into: &body)
        }
        for pieces in [[body], body.singleBytes] {
            var payload = EnginePayloadDecoder()
            var packets: [EnginePacket] = []
            for piece in pieces { packets += try payload.append(piece) }
            packets.append(try payload.finish())
            #expect(try Self.meanings(packets) == vectors.map(\.meaning))
        }
    }

    @Test func readGluedTogetherOverWebSocket() throws {
        let vectors = Self.vectors(rejected: false)
        var bytes = ByteBuffer()
        for vector in vectors {
            let (text, attachments) = try Self.messages(vector)
            bytes.writeImmutableBuffer(ClientFrame.text("4" + String(buffer: text)))
            for attachment in attachments { bytes.writeImmutableBuffer(ClientFrame.make(.binary, attachment)) }
        }
        for pieces in [[bytes], bytes.singleBytes] {
            var reader = WebSocketFrameReader(messageBytesMax: 10_000)
            var packets: [EnginePacket] = []
            for piece in pieces {
                reader.append(piece)
                while let event = try reader.next() {
                    switch event {
                    case .text(let text): packets.append(try EnginePacket(text: text, allowsBase64: false))
                    case .binary(let bytes): packets.append(.binary(bytes))
                    default: Issue.record("unexpected \(event)")
                    }
                }
            }
            #expect(try Self.meanings(packets) == vectors.map(\.meaning))
        }
    }

    private static func meanings(_ packets: [EnginePacket]) throws -> [String] {
        var decoder = SocketPacketDecoder()
        return try packets.compactMap { packet in
            switch packet {
            case .text(let type, let payload):
                #expect(type == .message)
                return try decoder.decode(text: payload).map(Meaning.of)
            case .binary(let bytes): return try decoder.decode(binary: bytes).map(Meaning.of)
            }
        }
    }
}
