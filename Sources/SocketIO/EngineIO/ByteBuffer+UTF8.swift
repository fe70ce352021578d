import NIOCore

extension ByteBuffer {
    /// Whether the readable bytes are well-formed UTF-8. ASCII, which nearly all packets are, is checked eight bytes a
    /// step.
    var isValidUTF8: Bool {
        self.withUnsafeReadableBytes { bytes in
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
            while index < bytes.count, bytes[index] < 0x80 { index += 1 }
            if index == bytes.count { return true }
            return String(validating: bytes[index...], as: UTF8.self) != nil
        }
    }
}
