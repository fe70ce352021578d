package import NIOCore

/// The seven packet types of Engine.IO protocol 4 ("Packet types"); the raw value is the ASCII digit on the wire.
package enum EnginePacketType: UInt8, CaseIterable, Sendable {
    /// Handshake answer, server to client only.
    case open = 0x30
    /// "This transport can be closed."
    case close = 0x31
    /// Heartbeat, server to client; with the payload `probe` client to server while upgrading.
    case ping = 0x32
    /// Heartbeat answer, client to server; with the payload `probe` server to client while upgrading.
    case pong = 0x33
    /// A message of the layer above.
    case message = 0x34
    /// The client's last word of an upgrade: from here on only the new transport counts.
    case upgrade = 0x35
    /// Nothing; ends a held poll while upgrading.
    case noop = 0x36
}

/// One Engine.IO packet. `binary` is always a message: it has no type byte on any transport.
package enum EnginePacket: Equatable, Sendable {
    case text(EnginePacketType, ByteBuffer)
    case binary(ByteBuffer)

    /// A packet without a payload.
    package static func bare(_ type: EnginePacketType) -> EnginePacket { .text(type, ByteBuffer()) }
}

/// Why bytes could not be read as Engine.IO packets. Each closes the session with the reason `parse error`.
package enum EngineParseError: Error, Equatable, Sendable {
    /// A packet of no bytes, which also is what an empty polling body contains.
    case emptyPacket
    /// The first byte is none of `0`…`6` (nor `b` in a polling body).
    case unknownType(UInt8)
    /// `b` is not followed by padded base64.
    case invalidBase64
    /// Text packets are UTF-8 (RFC 3629).
    case invalidUTF8
}

extension EnginePacket {
    /// Reads the content of one WebSocket text message, or one member of a polling body.
    ///
    /// - Parameter text: the whole packet; the payload of the result shares its storage.
    package init(text: ByteBuffer, allowsBase64: Bool) throws(EngineParseError) {
        var text = text
        guard let first: UInt8 = text.readInteger() else { throw .emptyPacket }
        if let type = EnginePacketType(rawValue: first) {
            guard text.isValidUTF8 else { throw .invalidUTF8 }
            self = .text(type, text)
            return
        }
        guard allowsBase64, first == Self.base64Marker else { throw .unknownType(first) }
        guard let bytes = Base64.decode(text.readableBytesView) else { throw .invalidBase64 }
        self = .binary(bytes)
    }

    /// `b`: a binary message inside a polling body; base64 follows, without a type digit.
    package static let base64Marker: UInt8 = 0x62
}
