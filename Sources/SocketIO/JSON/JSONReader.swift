package import NIOCore

/// Why a text is not the JSON we take.
package enum JSONError: Error, Equatable, Sendable {
    /// Against the grammar of RFC 8259, at this byte.
    case syntax(offset: Int)
    /// Arrays and objects are nested deeper than ``SocketLimits/jsonDepthMax``.
    case tooDeep
}

/// A strict reader of one JSON text (RFC 8259) into ``SocketValue``. Walks the bytes once; depth is bounded, memory by
/// the size of the message, which the transport bounds.
package struct JSONReader {
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0
    private let depthMax: Int

    /// Reads a text that must be nothing but one value.
    package static func value(
        of text: ByteBuffer, depthMax: Int = SocketLimits.jsonDepthMax
    ) throws(JSONError) -> SocketValue {
        var reader = JSONReader(bytes: Array(text.readableBytesView), depthMax: depthMax)
        reader.skipWhitespace()
        let value = try reader.readValue()
        reader.skipWhitespace()
        guard reader.index == reader.bytes.count else { throw reader.syntaxError }
        return value
    }

    private init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    private var syntaxError: JSONError { .syntax(offset: self.index) }

    /// The byte at the cursor; 0, which is nowhere legal, at the end.
    private var current: UInt8 { self.index < self.bytes.count ? self.bytes[self.index] : 0 }

    private mutating func skipWhitespace() {
        while self.index < self.bytes.count {
            switch self.bytes[self.index] {
            case 0x20, 0x09, 0x0A, 0x0D: self.index += 1
            default: return
            }
        }
    }

    private mutating func readValue() throws(JSONError) -> SocketValue {
        switch self.current {
        case UInt8(ascii: "\""): return try self.readString()
        case UInt8(ascii: "{"): return .object(try self.readObject())
        case UInt8(ascii: "["): return .array(try self.readArray())
        case UInt8(ascii: "t"):
            try self.expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try self.expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try self.expect("null")
            return .null
        default: return .number(try self.readNumber())
        }
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        let matches = word.withUTF8Buffer { self.bytes[self.index...].starts(with: $0) }
        guard matches else { throw self.syntaxError }
        self.index += word.utf8CodeUnitCount
    }

    private mutating func readArray() throws(JSONError) -> [SocketValue] {
        try self.enter()
        var elements: [SocketValue] = []
        if self.current == UInt8(ascii: "]") {
            self.leave()
            return elements
        }
        while true {
            elements.append(try self.readValue())
            self.skipWhitespace()
            if self.current == UInt8(ascii: "]") { break }
            try self.readComma()
        }
        self.leave()
        return elements
    }

    private mutating func readObject() throws(JSONError) -> SocketObject {
        try self.enter()
        var object = SocketObject()
        if self.current == UInt8(ascii: "}") {
            self.leave()
            return object
        }
        while true {
            guard self.current == UInt8(ascii: "\"") else { throw self.syntaxError }
            var member = SocketObject.Member(name: "", value: .null)
            switch try self.readString() {
            case .string(let text): member.name = text
            case .unpairedString(let json):
                member.name = JSONStringText.replacingUnpaired(json)
                member.unpairedName = json
            default: throw self.syntaxError
            }
            self.skipWhitespace()
            guard self.current == UInt8(ascii: ":") else { throw self.syntaxError }
            self.index += 1
            self.skipWhitespace()
            member.value = try self.readValue()
            object.members.append(member)
            self.skipWhitespace()
            if self.current == UInt8(ascii: "}") { break }
            try self.readComma()
        }
        self.leave()
        return object
    }

    private mutating func readComma() throws(JSONError) {
        guard self.current == UInt8(ascii: ",") else { throw self.syntaxError }
        self.index += 1
        self.skipWhitespace()
    }

    private mutating func enter() throws(JSONError) {
        self.depth += 1
        guard self.depth <= self.depthMax else { throw .tooDeep }
        self.index += 1
        self.skipWhitespace()
    }

    private mutating func leave() {
        self.depth -= 1
        self.index += 1
    }

    private mutating func readNumber() throws(JSONError) -> JSONNumber {
        let start = self.index
        if self.current == UInt8(ascii: "-") { self.index += 1 }
        if self.current == UInt8(ascii: "0") {
            self.index += 1
        } else {
            try self.readDigits()
        }
        if self.current == UInt8(ascii: ".") {
            self.index += 1
            try self.readDigits()
        }
        if self.current | 0x20 == UInt8(ascii: "e") {
            self.index += 1
            if self.current == UInt8(ascii: "+") || self.current == UInt8(ascii: "-") { self.index += 1 }
            try self.readDigits()
        }
        return JSONNumber(validated: String(decoding: self.bytes[start..<self.index], as: UTF8.self))
    }

    private mutating func readDigits() throws(JSONError) {
        let start = self.index
        while self.current >= UInt8(ascii: "0"), self.current <= UInt8(ascii: "9") { self.index += 1 }
        guard self.index > start else { throw self.syntaxError }
    }

    private mutating func readString() throws(JSONError) -> SocketValue {
        self.index += 1
        let start = self.index
        var hasEscapes = false
        while true {
            let byte = self.current
            if byte == UInt8(ascii: "\"") { break }
            guard byte >= 0x20 else { throw self.syntaxError }  // also the end of the text
            self.index += 1
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                try self.skipEscape()
            }
        }
        let text = self.bytes[start..<self.index]
        self.index += 1
        guard hasEscapes else { return .string(String(decoding: text, as: UTF8.self)) }
        if let string = JSONStringText.unescape(text) { return .string(string) }
        return .unpairedString(json: String(decoding: text, as: UTF8.self))
    }

    /// The cursor stands behind a backslash.
    private mutating func skipEscape() throws(JSONError) {
        let kind = self.current
        guard "\"\\/bfnrtu".utf8.contains(kind) else { throw self.syntaxError }
        self.index += 1
        guard kind == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard JSONStringText.hexValue(self.current) != nil else { throw self.syntaxError }
            self.index += 1
        }
    }
}
