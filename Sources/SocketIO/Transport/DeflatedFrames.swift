import NIOConcurrencyHelpers
import NIOCore

/// The compressed form of one outbound message, made when the first receiver asks for it and shared by all. Any thread.
final class DeflatedFrames: Sendable {
    private let frames = NIOLockedValueBox<ByteBuffer?>(nil)

    /// - Parameter parts: what the message consists of, each a WebSocket message of its own.
    /// - Returns: the frames, those of `parts` that reach `threshold` compressed and marked with RSV1.
    func frames(of parts: [(opcode: WebSocketFrame.Opcode, bytes: ByteBuffer)], threshold: Int) -> ByteBuffer {
        self.frames.withLockedValue { made in
            if let made { return made }
            var out = ByteBuffer()
            for part in parts {
                if part.bytes.readableBytes >= threshold, let small = Deflate.compress(part.bytes, .raw),
                    small.readableBytes < part.bytes.readableBytes
                {
                    WebSocketFrame.writeHeader(part.opcode, payload: small.readableBytes, isDeflated: true, into: &out)
                    out.writeImmutableBuffer(small)
                } else {
                    out.writeImmutableBuffer(WebSocketFrame.make(part.opcode, part.bytes))
                }
            }
            made = out
            return out
        }
    }
}
