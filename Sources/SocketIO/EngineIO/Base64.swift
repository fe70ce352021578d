package import NIOCore

/// Base64 as polling bodies carry it (RFC 4648 section 4, with padding). Ours because Foundation is not a dependency of
/// this target and SwiftNIO keeps its own private.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of each alphabet byte, 0xff for all others.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(value) }
        return table
    }()

    /// Appends the encoding of `bytes` to `out`.
    package static func encode(_ bytes: ByteBufferView, into out: inout ByteBuffer) {
        var group: UInt32 = 0
        var count = 0
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                write(group, digits: 4, into: &out)
                group = 0
                count = 0
            }
        }
        switch count {
        case 1:
            write(group << 16, digits: 2, into: &out)
            out.writeStaticString("==")
        case 2:
            write(group << 8, digits: 3, into: &out)
            out.writeStaticString("=")
        default: break
        }
    }

    private static func write(_ group: UInt32, digits: Int, into out: inout ByteBuffer) {
        for digit in 0..<digits {
            out.writeInteger(alphabet[Int(group >> UInt32(18 - 6 * digit)) & 63])
        }
    }

    /// `nil` if the text is no padded base64: a length that is no multiple of four, a foreign byte, or padding inside.
    /// Bits behind the last byte are not looked at, as in Node.
    package static func decode(_ text: ByteBufferView) -> ByteBuffer? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var out = ByteBuffer()
        out.reserveCapacity(text.count / 4 * 3)
        var group: UInt32 = 0
        var count = 0
        var padding = 0
        for byte in text {
            if byte == UInt8(ascii: "=") {
                padding += 1
                group <<= 6
            } else {
                let value = values[Int(byte)]
                guard value != 0xFF, padding == 0 else { return nil }
                group = group << 6 | UInt32(value)
            }
            count += 1
            if count == 4 {
                guard padding <= 2 else { return nil }
                out.writeInteger(UInt8(truncatingIfNeeded: group >> 16))
                if padding < 2 { out.writeInteger(UInt8(truncatingIfNeeded: group >> 8)) }
                if padding < 1 { out.writeInteger(UInt8(truncatingIfNeeded: group)) }
                group = 0
                count = 0
            }
        }
        return out
    }

    /// A random identifier of 20 characters of the URL-safe alphabet: 120 bits from the system's generator.
    package static func randomIdentifier() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(unsafeUninitializedCapacity: 20) { out in
            var bits: UInt64 = 0
            for index in 0..<20 {
                if index.isMultiple(of: 10) { bits = generator.next() }
                out[index] = urlAlphabet[Int(bits & 63)]
                bits >>= 6
            }
            return 20
        }
    }
}
