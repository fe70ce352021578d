import CZlib
import NIOCore

/// zlib for whole messages: each call begins and ends with nothing kept, so that a connection that negotiated
/// compression weighs no more than one that did not.
enum Deflate {
    /// The container around deflated bytes, as zlib's `windowBits` want it.
    enum Format: Int32 {
        /// RFC 1951 alone, as WebSocket messages carry it (RFC 7692).
        case raw = -15
        /// RFC 1950: what HTTP calls `deflate`.
        case zlib = 15
        /// RFC 1952.
        case gzip = 31
    }

    /// Why a compressed message was not taken.
    enum InflateError: Error {
        /// Not deflated data.
        case invalid
        /// More than the limit once inflated.
        case tooLarge
    }

    /// Level 6 costs about 30 µs per kilobyte of JSON and shrinks it to a fifth; 1 saves half the time and loses a
    /// fifth.
    private static let level: Int32 = 6
    private static let memoryLevel: Int32 = 8

    /// - Parameter format: `raw` ends at a byte boundary with an empty block whose four bytes are cut off (RFC 7692
    ///   section 7.2.1).
    /// - Returns: `nil` if zlib has no memory.
    static func compress(_ bytes: ByteBuffer, _ format: Format) -> ByteBuffer? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard
            deflateInit2_(
                &stream, self.level, Z_DEFLATED, format.rawValue, self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                size) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        var input = bytes
        var out = ByteBuffer()
        let bound = Int(deflateBound(&stream, UInt(bytes.readableBytes))) + 16
        let isRaw = format == .raw
        let result = input.withUnsafeMutableReadableBytes { source -> Int32 in
            stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
            stream.avail_in = UInt32(source.count)
            var code = Z_OK
            out.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { target in
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(target.count)
                code = deflate(&stream, isRaw ? Z_SYNC_FLUSH : Z_FINISH)
                return target.count - Int(stream.avail_out)
            }
            return code
        }
        guard result == (isRaw ? Z_OK : Z_STREAM_END), stream.avail_in == 0 else { return nil }
        if isRaw { out.moveWriterIndex(to: out.writerIndex - 4) }
        return out
    }

    /// Inflates one message of a WebSocket (RFC 7692 section 7.2.2), never to more than `bytesMax` bytes.
    static func inflateMessage(_ bytes: ByteBuffer, bytesMax: Int) throws(InflateError) -> ByteBuffer {
        var stream = z_stream()
        guard inflateInit2_(&stream, Format.raw.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            throw .invalid
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        input.writeBytes([0x00, 0x00, 0xFF, 0xFF])
        var out = ByteBuffer()
        let outcome = input.withUnsafeMutableReadableBytes { source -> InflateError? in
            stream.next_in = source.bindMemory(to: UInt8.self).baseAddress
            stream.avail_in = UInt32(source.count)
            return self.inflateAll(&stream, into: &out, bytesMax: bytesMax)
        }
        if let outcome { throw outcome }
        return out
    }

    private static func inflateAll(_ stream: inout z_stream, into out: inout ByteBuffer, bytesMax: Int) -> InflateError?
    {
        while true {
            // One byte more than allowed, so that the limit is noticed and not just met.
            let room = min(16 * 1024, bytesMax + 1 - out.readableBytes)
            guard room > 0 else { return .tooLarge }
            var code = Z_OK
            out.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { target in
                stream.next_out = target.bindMemory(to: UInt8.self).baseAddress
                stream.avail_out = UInt32(room)
                code = inflate(&stream, Z_SYNC_FLUSH)
                return room - Int(stream.avail_out)
            }
            guard code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END else { return .invalid }
            if out.readableBytes > bytesMax { return .tooLarge }
            if code == Z_STREAM_END || stream.avail_out > 0 {
                return stream.avail_in == 0 || code == Z_STREAM_END ? nil : .invalid
            }
        }
    }
}
