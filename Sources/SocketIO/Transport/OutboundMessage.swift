package import NIOCore

/// One unit of the outbound queue: an Engine.IO packet, or a Socket.IO packet with its attachments, which nothing may
/// come between. Immutable and cheap to copy, so that a broadcast is encoded and framed once for all its receivers.
package struct OutboundMessage: Sendable {
    /// What a WebSocket gets: one text frame, then a binary frame for each attachment.
    package private(set) var frames: ByteBuffer
    /// Where in `frames` the text packet stands, type digit included: what a polling body gets first.
    private let textStart: Int
    private let textLength: Int
    private let attachments: [ByteBuffer]
    /// `nil` where compression is of no use or not wanted.
    private let deflated: DeflatedFrames?
    /// Whether it may be compressed: alone on a WebSocket, or as one of many in a polling body.
    let isCompressible: Bool

    /// Bytes below which no receiver's threshold can be.
    private static let compressibleBytesMin = 256

    /// A packet of this type with this text payload.
    package init(
        _ type: EnginePacketType, _ payload: ByteBuffer = ByteBuffer(), attachments: [ByteBuffer] = [],
        isCompressed: Bool = true
    ) {
        let length = payload.readableBytes + 1
        let total = attachments.reduce(length + 10) { $0 + $1.readableBytes + 10 }
        var out = ByteBuffer()
        out.reserveCapacity(total)
        WebSocketFrame.writeHeader(.text, payload: length, into: &out)
        self.textStart = out.writerIndex
        self.textLength = length
        out.writeInteger(type.rawValue)
        out.writeImmutableBuffer(payload)
        for attachment in attachments {
            WebSocketFrame.writeHeader(.binary, payload: attachment.readableBytes, into: &out)
            out.writeImmutableBuffer(attachment)
        }
        self.frames = out
        self.attachments = attachments
        self.isCompressible = isCompressed
        self.deflated = isCompressed && out.readableBytes >= Self.compressibleBytesMin ? DeflatedFrames() : nil
    }

    /// A lone binary message.
    package init(binary: ByteBuffer) {
        self.frames = WebSocketFrame.make(.binary, binary)
        self.textStart = 0
        self.textLength = 0
        self.attachments = [binary]
        self.isCompressible = true
        self.deflated = binary.readableBytes >= Self.compressibleBytesMin ? DeflatedFrames() : nil
    }

    package init(_ packet: EncodedSocketPacket, isCompressed: Bool = true) {
        self.init(.message, packet.text, attachments: packet.attachments, isCompressed: isCompressed)
    }

    /// The same with bytes that nobody else refers to.
    func unshared() -> OutboundMessage {
        var copy = self
        copy.frames = ByteBuffer(bytes: self.frames.readableBytesView)
        return copy
    }

    /// What a WebSocket gets that has agreed to compression from `deflateThreshold` bytes on, or to none.
    func frames(deflateThreshold: Int?) -> ByteBuffer {
        guard let deflateThreshold, let deflated else { return self.frames }
        var parts: [(opcode: WebSocketFrame.Opcode, bytes: ByteBuffer)] = []
        if self.textLength > 0, let text = self.frames.getSlice(at: self.textStart, length: self.textLength) {
            parts.append((.text, text))
        }
        return deflated.frames(of: parts + self.attachments.map { (.binary, $0) }, threshold: deflateThreshold)
    }

    /// What it weighs in the queue, in bytes on a WebSocket.
    package var byteCount: Int { self.frames.readableBytes }

    /// Appends the packets as members of a polling body, a separator before each but the body's first.
    package func writePayload(into body: inout ByteBuffer) {
        if self.textLength > 0, let text = self.frames.getSlice(at: self.textStart, length: self.textLength) {
            Self.separate(&body)
            body.writeImmutableBuffer(text)
        }
        for attachment in self.attachments {
            Self.separate(&body)
            body.writeInteger(EnginePacket.base64Marker)
            Base64.encode(attachment.readableBytesView, into: &body)
        }
    }

    private static func separate(_ body: inout ByteBuffer) {
        if body.readableBytes > 0 { body.writeInteger(EnginePayloadDecoder.separator) }
    }

    package static let ping = OutboundMessage(.ping)
    package static let noop = OutboundMessage(.noop)
    package static let close = OutboundMessage(.close)
    package static let probeAnswer = OutboundMessage(.pong, ByteBuffer(string: "probe"))
}
