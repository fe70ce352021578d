/// Strict JSON (RFC 8259) into a tree. Numbers are read by the standard library, which rounds correctly.
struct JSONParser {
    enum Failure: Error, Hashable {
        /// The text breaks the grammar at this byte.
        case syntax(at: Int, expected: String)
        /// More than `Limits.depthMax` containers within each other.
        case tooDeep
        /// `NaN`, `Infinity` and the like where a value should be: not JSON, but a mistake with a name.
        case notFinite
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int
    private var depth = 0

    /// The whole of `bytes` must be one value.
    static func parse(_ bytes: ArraySlice<UInt8>) throws(Failure) -> JSONValue {
        var parser = JSONParser(bytes)
        parser.skipWhitespace()
        let value = try parser.value()
        parser.skipWhitespace()
        guard parser.index == bytes.endIndex else { throw parser.failure("the end, but something follows the value") }
        return value
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        self.index = bytes.startIndex
    }

    private var current: UInt8? { self.index < self.bytes.endIndex ? self.bytes[self.index] : nil }

    private func failure(_ expected: String) -> Failure {
        .syntax(at: self.index - self.bytes.startIndex, expected: expected)
    }

    private mutating func skipWhitespace() {
        while let byte = self.current, byte.isJSONWhitespace { self.index += 1 }
    }

    private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
        guard self.current == UInt8(ascii: byte) else { return false }
        self.index += 1
        return true
    }

    private mutating func skip(word: StaticString) -> Bool {
        let end = self.index + word.utf8CodeUnitCount
        guard end <= self.bytes.endIndex, self.bytes[self.index..<end].spells(word) else { return false }
        self.index = end
        return true
    }

    private mutating func value() throws(Failure) -> JSONValue {
        switch self.current {
        case UInt8(ascii: "{"): return try self.object()
        case UInt8(ascii: "["): return try self.array()
        case UInt8(ascii: "\""): return .string(String(decoding: try self.string(), as: UTF8.self))
        case UInt8(ascii: "t") where self.skip(word: "true"): return .bool(true)
        case UInt8(ascii: "f") where self.skip(word: "false"): return .bool(false)
        case UInt8(ascii: "n") where self.skip(word: "null"): return .null
        case let byte? where byte == UInt8(ascii: "-") || byte.isDigit: return .number(try self.number())
        default:
            let rest = self.bytes[self.index...].prefix(10)
            if NotFiniteWord.begins(rest) { throw .notFinite }
            throw self.failure("a value")
        }
    }

    private mutating func enter() throws(Failure) {
        self.depth += 1
        guard self.depth <= Limits.depthMax else { throw .tooDeep }
        self.index += 1
        self.skipWhitespace()
    }

    private mutating func object() throws(Failure) -> JSONValue {
        try self.enter()
        defer { self.depth -= 1 }
        var members: [JSONValue.Member] = []
        if self.skip("}") { return .object(members) }
        while true {
            guard self.current == UInt8(ascii: "\"") else { throw self.failure("a key in double quotes") }
            let key = try self.string()
            self.skipWhitespace()
            guard self.skip(":") else { throw self.failure("`:`") }
            self.skipWhitespace()
            members.append(JSONValue.Member(key: key, value: try self.value()))
            self.skipWhitespace()
            if self.skip("}") { return .object(members) }
            guard self.skip(",") else { throw self.failure("`,` or `}`") }
            self.skipWhitespace()
        }
    }

    private mutating func array() throws(Failure) -> JSONValue {
        try self.enter()
        defer { self.depth -= 1 }
        var elements: [JSONValue] = []
        if self.skip("]") { return .array(elements) }
        while true {
            elements.append(try self.value())
            self.skipWhitespace()
            if self.skip("]") { return .array(elements) }
            guard self.skip(",") else { throw self.failure("`,` or `]`") }
            self.skipWhitespace()
        }
    }

    private mutating func skipDigits() throws(Failure) {
        guard let first = self.current, first.isDigit else { throw self.failure("a digit") }
        while let byte = self.current, byte.isDigit { self.index += 1 }
    }

    private mutating func number() throws(Failure) -> Double {
        let start = self.index
        if self.skip("-"), NotFiniteWord.begins(self.bytes[self.index...].prefix(10)) { throw .notFinite }
        if self.skip("0") {
            if self.current?.isDigit == true { throw self.failure("no digit after a leading 0") }
        } else {
            try self.skipDigits()
        }
        if self.skip(".") { try self.skipDigits() }
        if self.skip("e") || self.skip("E") {
            if !self.skip("+") { _ = self.skip("-") }
            try self.skipDigits()
        }
        guard let number = Double(String(decoding: self.bytes[start..<self.index], as: UTF8.self)) else {
            throw self.failure("a number")
        }
        return number
    }

    /// UTF-8.
    private mutating func string() throws(Failure) -> [UInt8] {
        self.index += 1
        var text: [UInt8] = []
        var plainStart = self.index
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: "\""):
                text.append(contentsOf: self.bytes[plainStart..<self.index])
                guard String(validating: text, as: UTF8.self) != nil else { throw self.failure("UTF-8 text") }
                self.index += 1
                return text
            case UInt8(ascii: "\\"):
                text.append(contentsOf: self.bytes[plainStart..<self.index])
                self.index += 1
                try self.escape(into: &text)
                plainStart = self.index
            case 0..<0x20:
                throw self.failure("no control character within text")
            default:
                self.index += 1
            }
        }
        throw self.failure("the closing `\"`")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        guard let byte = self.current else { throw self.failure("a character after `\\`") }
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try self.escapedScalar()
            text.append(contentsOf: String(Character(scalar)).utf8)
        default:
            self.index -= 1
            throw self.failure("one of \" \\ / b f n r t u after `\\`")
        }
    }

    /// The scalar of `\uXXXX` or of a surrogate pair. A lone surrogate, which the grammar allows, becomes U+FFFD.
    private mutating func escapedScalar() throws(Failure) -> Unicode.Scalar {
        let first = try self.fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let afterFirst = self.index
        if first < 0xDC00, self.skip("\\"), self.skip("u") {
            let second = try self.fourHexDigits()
            if (0xDC00...0xDFFF).contains(second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                return Unicode.Scalar(code) ?? "\u{FFFD}"
            }
        }
        self.index = afterFirst
        return "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(Failure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.current, byte.isHexDigit else { throw self.failure("four hex digits after `\\u`") }
            code = code << 4 | UInt32(byte.hexValue)
            self.index += 1
        }
        return code
    }
}

extension UInt8 {
    /// RFC 8259, section 2.
    var isJSONWhitespace: Bool { self == 0x20 || self == 0x0A || self == 0x0D || self == 0x09 }

    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
}
