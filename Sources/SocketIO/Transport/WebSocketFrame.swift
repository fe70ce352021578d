package import NIOCore

/// Status codes of a close frame (RFC 6455 section 7.4.1) that this server sends.
package enum WebSocketCloseCode: UInt16, Sendable {
    case normal = 1000
    case goingAway = 1001
    case protocolError = 1002
    case invalidPayload = 1007
    case policyViolation = 1008
    case messageTooBig = 1009
}

/// Writing side of RFC 6455 section 5.2. A server does not mask, so a frame is the same bytes for every receiver and
/// may be made once and shared.
///
/// ```text
///  byte 0: FIN RSV1 RSV2 RSV3 opcode(4)   byte 1: MASK length(7)   then 0, 2 or 8 bytes of length
/// ```
package enum WebSocketFrame {
    package enum Opcode: UInt8, Sendable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { self.rawValue >= 0x8 }
    }

    /// Bytes of the header of an unmasked frame.
    package static func headerLength(payload: Int) -> Int { payload < 126 ? 2 : payload <= 0xFFFF ? 4 : 10 }

    /// Appends the header of a final, unmasked frame.
    /// - Parameter isDeflated: sets RSV1 (RFC 7692 section 7.2.1).
    package static func writeHeader(
        _ opcode: Opcode, payload: Int, isDeflated: Bool = false, into out: inout ByteBuffer
    ) {
        out.writeInteger((isDeflated ? 0xC0 : 0x80) | opcode.rawValue)
        switch payload {
        case ..<126: out.writeInteger(UInt8(payload))
        case ...0xFFFF:
            out.writeInteger(UInt8(126))
            out.writeInteger(UInt16(payload))
        default:
            out.writeInteger(UInt8(127))
            out.writeInteger(UInt64(payload))
        }
    }

    /// A whole unmasked frame.
    package static func make(_ opcode: Opcode, _ payload: ByteBuffer) -> ByteBuffer {
        var out = ByteBuffer()
        out.reserveCapacity(payload.readableBytes + 10)
        self.writeHeader(opcode, payload: payload.readableBytes, into: &out)
        out.writeImmutableBuffer(payload)
        return out
    }

    package static func close(_ code: WebSocketCloseCode) -> ByteBuffer {
        self.make(.close, ByteBuffer(integer: code.rawValue))
    }
}
