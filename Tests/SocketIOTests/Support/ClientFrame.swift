import NIOCore
import SocketIO

/// WebSocket frames as a client sends them: masked (RFC 6455 section 5.3).
enum ClientFrame {
    static func make(
        _ opcode: WebSocketFrame.Opcode, _ payload: ByteBuffer, isFinal: Bool = true, mask: UInt32 = 0x3A5C_17E9
    ) -> ByteBuffer {
        var out = ByteBuffer()
        out.writeInteger((isFinal ? 0x80 : 0) | opcode.rawValue)
        switch payload.readableBytes {
        case ..<126: out.writeInteger(UInt8(0x80 | payload.readableBytes))
        case ...0xFFFF:
            out.writeInteger(UInt8(0x80 | 126))
            out.writeInteger(UInt16(payload.readableBytes))
        default:
            out.writeInteger(UInt8(0x80 | 127))
            out.writeInteger(UInt64(payload.readableBytes))
        }
        out.writeInteger(mask)
        for (index, byte) in payload.readableBytesView.enumerated() {
            out.writeInteger(byte ^ UInt8(truncatingIfNeeded: mask >> UInt32(24 - 8 * (index & 3))))
        }
        return out
    }

    static func text(_ text: String) -> ByteBuffer { self.make(.text, ByteBuffer(string: text)) }
}
