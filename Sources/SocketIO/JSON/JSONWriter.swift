package import NIOCore

/// Writes values as `JSON.stringify` does: no white space, no `\/`, non-ASCII as it is, control characters as `\b \f \n
/// \r \t` or `\u00xx`; the suites and vectors compare strings.
package struct JSONWriter {
    /// The binary values met so far, in the order of their placeholders.
    package private(set) var attachments: [ByteBuffer] = []

    package init() {}

    /// Appends `value`; a binary value becomes `{"_placeholder":true,"num":n}` and joins `attachments`.
    package mutating func write(_ value: SocketValue, into out: inout ByteBuffer) {
        switch value {
        case .null: out.writeStaticString("null")
        case .bool(let flag): out.writeString(flag ? "true" : "false")
        case .number(let number): out.writeString(number.text)
        case .string(let text): Self.writeQuoted(text, into: &out)
        case .unpairedString(let json): out.writeString("\"\(json)\"")
        case .array(let elements): self.writeArray(elements, into: &out)
        case .object(let object): self.writeObject(object, into: &out)
        case .binary(let bytes):
            out.writeString("{\"_placeholder\":true,\"num\":\(self.attachments.count)}")
            self.attachments.append(bytes)
        case .encoded(let json): out.writeImmutableBuffer(json.bytes)
        }
    }

    /// Appends `[a,b,…]`.
    package mutating func writeArray(_ elements: some Sequence<SocketValue>, into out: inout ByteBuffer) {
        out.writeInteger(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { out.writeInteger(UInt8(ascii: ",")) }
            isFirst = false
            self.write(element, into: &out)
        }
        out.writeInteger(UInt8(ascii: "]"))
    }

    private mutating func writeObject(_ object: SocketObject, into out: inout ByteBuffer) {
        out.writeInteger(UInt8(ascii: "{"))
        var isFirst = true
        for member in object.members {
            if !isFirst { out.writeInteger(UInt8(ascii: ",")) }
            isFirst = false
            if let json = member.unpairedName {
                out.writeString("\"\(json)\"")
            } else {
                Self.writeQuoted(member.name, into: &out)
            }
            out.writeInteger(UInt8(ascii: ":"))
            self.write(member.value, into: &out)
        }
        out.writeInteger(UInt8(ascii: "}"))
    }

    /// `text` as a JSON string, with its quotes.
    package static func quoted(_ text: String) -> String {
        var out = ByteBuffer()
        self.writeQuoted(text, into: &out)
        return String(buffer: out)
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private static func writeQuoted(_ text: String, into out: inout ByteBuffer) {
        out.writeInteger(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
            out.writeString(text)
        } else {
            for byte in text.utf8 { self.writeEscaped(byte, into: &out) }
        }
        out.writeInteger(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ byte: UInt8, into out: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): out.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): out.writeStaticString("\\\\")
        case 0x08: out.writeStaticString("\\b")
        case 0x09: out.writeStaticString("\\t")
        case 0x0A: out.writeStaticString("\\n")
        case 0x0C: out.writeStaticString("\\f")
        case 0x0D: out.writeStaticString("\\r")
        case ..<0x20:
            out.writeStaticString("\\u00")
            out.writeInteger(self.hexDigits[Int(byte >> 4)])
            out.writeInteger(self.hexDigits[Int(byte & 15)])
        default: out.writeInteger(byte)
        }
    }
}
