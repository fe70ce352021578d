package import NIOCore

/// Reading side of a server's WebSocket (RFC 6455 sections 5.2 to 5.6): bytes in, in any cut; whole messages and
/// control frames out, or the close code that the client's mistake asks for.
///
/// Limits are checked on the announced length, before anything is buffered: bytes of a message over all its fragments,
/// frames of a message, bytes of a control frame.
package struct WebSocketFrameReader {
    package enum Event: Equatable, Sendable {
        case text(ByteBuffer)
        case binary(ByteBuffer)
        /// To be answered with a pong of the same payload.
        case ping(ByteBuffer)
        case pong
        /// The peer closes; to be answered with the same code, if there was one.
        case close(code: UInt16?)
    }

    /// The client broke the protocol: close with this code.
    package struct Violation: Error, Equatable, Sendable {
        package let code: WebSocketCloseCode
    }

    private struct Header {
        var isFinal: Bool
        var opcode: WebSocketFrame.Opcode
        /// RSV1: the message that begins here is compressed.
        var isDeflated: Bool
        var length: Int
        var mask: UInt32
    }

    private let messageBytesMax: Int
    private let takesDeflated: Bool
    /// Bytes of the frame that is not whole yet; at most a header and `messageBytesMax`.
    private var input = ByteBuffer()
    private var header: Header?
    /// The message whose final fragment has not come.
    private var assembled: (opcode: WebSocketFrame.Opcode, isDeflated: Bool, bytes: ByteBuffer, frames: Int)?

    /// - Parameters:
    ///   - messageBytesMax: of one message over all its fragments, before and after inflation.
    ///   - takesDeflated: `permessage-deflate` was agreed (RFC 7692).
    package init(messageBytesMax: Int, takesDeflated: Bool = false) {
        self.messageBytesMax = messageBytesMax
        self.takesDeflated = takesDeflated
    }

    /// Adds what was read from the socket; then ask `next` until it has no more.
    package mutating func append(_ bytes: ByteBuffer) {
        var bytes = bytes
        if self.input.readableBytes == 0 {
            self.input = bytes
        } else {
            self.input.discardReadBytes()
            self.input.writeBuffer(&bytes)
        }
    }

    /// The next event; `nil` when more bytes are needed.
    package mutating func next() throws(Violation) -> Event? {
        while true {
            if self.header == nil { self.header = try self.readHeader() }
            guard let header = self.header, var payload = self.input.readSlice(length: header.length) else {
                if self.input.readableBytes == 0 { self.input = ByteBuffer() }  // do not keep an idle peer's buffer
                return nil
            }
            self.header = nil
            Self.unmask(&payload, header.mask)
            if let event = try self.event(header, payload) { return event }
        }
    }

    private mutating func readHeader() throws(Violation) -> Header? {
        let view = self.input.readableBytesView
        guard view.count >= 2 else { return nil }
        let first = view[view.startIndex]
        let second = view[view.startIndex + 1]
        let isDeflated = first & 0x40 != 0
        guard first & 0x30 == 0, !isDeflated || self.takesDeflated, second & 0x80 != 0,
            let opcode = WebSocketFrame.Opcode(rawValue: first & 0x0F)
        else {
            throw Violation(code: .protocolError)  // a reserved bit or opcode, or a client that does not mask
        }
        let short = Int(second & 0x7F)
        let extra = short == 126 ? 2 : short == 127 ? 8 : 0
        guard view.count >= 6 + extra else { return nil }
        self.input.moveReaderIndex(forwardBy: 2)
        let length: UInt64
        switch extra {
        case 2: length = UInt64(self.input.readInteger(as: UInt16.self) ?? 0)
        case 8: length = self.input.readInteger(as: UInt64.self) ?? 0
        default: length = UInt64(short)
        }
        let mask = self.input.readInteger(as: UInt32.self) ?? 0
        let isFinal = first & 0x80 != 0
        try self.check(opcode, isFinal: isFinal, length: length)
        // Only the first frame of a data message may be marked (RFC 7692 section 6.1).
        guard !isDeflated || opcode == .text || opcode == .binary else { throw Violation(code: .protocolError) }
        return Header(
            isFinal: isFinal, opcode: opcode, isDeflated: isDeflated, length: Int(length), mask: mask)
    }

    private func check(_ opcode: WebSocketFrame.Opcode, isFinal: Bool, length: UInt64) throws(Violation) {
        if opcode.isControl {
            guard isFinal, length <= EngineLimits.controlFrameBytesMax else { throw Violation(code: .protocolError) }
            return
        }
        guard (opcode == .continuation) == (self.assembled != nil) else { throw Violation(code: .protocolError) }
        let before = self.assembled.map { ($0.bytes.readableBytes, $0.frames) } ?? (0, 0)
        guard length <= UInt64(self.messageBytesMax - before.0), before.1 < EngineLimits.fragmentsPerMessageMax else {
            throw Violation(code: .messageTooBig)
        }
    }

    private mutating func event(_ header: Header, _ payload: ByteBuffer) throws(Violation) -> Event? {
        switch header.opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong
        case .close: return .close(code: try Self.closeCode(payload))
        case .text, .binary, .continuation: break
        }
        var (opcode, isDeflated, bytes, frames) = self.assembled ?? (header.opcode, header.isDeflated, ByteBuffer(), 0)
        if frames == 0 {
            bytes = payload
        } else {
            bytes.writeImmutableBuffer(payload)
        }
        frames += 1
        guard header.isFinal else {
            self.assembled = (opcode, isDeflated, bytes, frames)
            return nil
        }
        self.assembled = nil
        if isDeflated { bytes = try self.inflate(bytes) }
        guard opcode == .text else { return .binary(bytes) }
        guard bytes.isValidUTF8 else { throw Violation(code: .invalidPayload) }
        return .text(bytes)
    }

    private func inflate(_ bytes: ByteBuffer) throws(Violation) -> ByteBuffer {
        do { return try Deflate.inflateMessage(bytes, bytesMax: self.messageBytesMax) } catch {
            switch error {
            case .invalid: throw Violation(code: .invalidPayload)
            case .tooLarge: throw Violation(code: .messageTooBig)
            }
        }
    }

    /// A close frame is empty or starts with a code that may be sent (RFC 6455 section 7.4.2), followed by UTF-8.
    private static func closeCode(_ payload: ByteBuffer) throws(Violation) -> UInt16? {
        var payload = payload
        guard payload.readableBytes > 0 else { return nil }
        guard let code: UInt16 = payload.readInteger() else { throw Violation(code: .protocolError) }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw Violation(code: .protocolError)
        }
        guard payload.isValidUTF8 else { throw Violation(code: .invalidPayload) }
        return code
    }

    /// RFC 6455 section 5.3, eight bytes a step.
    private static func unmask(_ payload: inout ByteBuffer, _ mask: UInt32) {
        guard mask != 0 else { return }
        payload.withUnsafeMutableReadableBytes { bytes in
            let key = UInt64(mask.bigEndian) | UInt64(mask.bigEndian) << 32
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                bytes.storeBytes(of: word ^ key, toByteOffset: index, as: UInt64.self)
                index += 8
            }
            while index < bytes.count {
                bytes[index] ^= UInt8(truncatingIfNeeded: key >> UInt64(8 * (index & 7)))
                index += 1
            }
        }
    }
}
