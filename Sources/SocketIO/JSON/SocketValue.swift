public import NIOCore

/// One argument of an event or an acknowledgement: JSON, in which binary may stand at any depth.
///
/// What comes from a peer keeps what it looked like: key order, the text of numbers (64-bit integers included), lone
/// surrogates; so an echo is byte for byte what `JSON.stringify` wrote.
public enum SocketValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    /// A string that Swift's `String` cannot hold: its JSON text without the quotes has a lone surrogate (`\ud800`).
    case unpairedString(json: String)
    case array([SocketValue])
    case object(SocketObject)
    /// Travels as an attachment of its own (Socket.IO packet types 5 and 6).
    case binary(ByteBuffer)
    /// JSON text made elsewhere, written out as it is. Never comes from a peer.
    case encoded(EncodedJSON)
}

/// A JSON number as its text, so that no digit is lost.
public struct JSONNumber: Sendable, Hashable {
    /// The text by the grammar of RFC 8259 section 6.
    public let text: String

    init(validated text: String) { self.text = text }

    /// The value that stands for it.
    public init(_ value: Int) { self.text = String(value) }

    /// The shortest text that reads back to the same double, without a trailing `.0`. JSON has no NaN and no infinity:
    /// both become 0, as in no case may they reach the wire.
    public init(_ value: Double) {
        guard value.isFinite else {
            self.text = "0"
            return
        }
        let text = value.description
        self.text = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The integer, if the number is one that fits. `1.0` and `1e3` count, as in JavaScript.
    public var intValue: Int? { Int(self.text) ?? Double(self.text).flatMap { Int(exactly: $0) } }

    /// The nearest double; infinity for what is beyond.
    public var doubleValue: Double { Double(self.text) ?? .nan }
}

/// A JSON object that keeps the order of its members.
public struct SocketObject: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One name and its value.
    public struct Member: Sendable, Hashable {
        /// Unescaped; a lone surrogate, which a `String` cannot hold, is U+FFFD here.
        public var name: String { didSet { self.unpairedName = nil } }
        /// The value behind the colon.
        public var value: SocketValue
        /// The JSON text of a name with a lone surrogate, so that an echo is the same.
        var unpairedName: String?

        init(name: String, value: SocketValue, unpairedName: String? = nil) {
            self.name = name
            self.value = value
            self.unpairedName = unpairedName
        }

        /// A member of this name.
        public init(name: String, value: SocketValue) {
            self.name = name
            self.value = value
        }
    }

    /// All members as they came, repeated names included.
    public var members: [Member]

    /// The value that stands for it.
    public init(members: [Member] = []) { self.members = members }

    /// The value that stands for it.
    public init(dictionaryLiteral elements: (String, SocketValue)...) {
        self.members = elements.map { Member(name: $0.0, value: $0.1) }
    }

    /// The value of the last member of this name, as `JSON.parse` has it. Setting replaces or appends.
    public subscript(name: String) -> SocketValue? {
        get { self.members.last { $0.name == name }?.value }
        set {
            let index = self.members.lastIndex { $0.name == name }
            switch (index, newValue) {
            case (let index?, let value?): self.members[index].value = value
            case (let index?, nil): self.members.remove(at: index)
            case (nil, let value?): self.members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }
}

/// Finished JSON text, shared instead of copied.
public struct EncodedJSON: Sendable, Hashable {
    /// One JSON value in UTF-8.
    public let bytes: ByteBuffer

    /// - Parameter bytes: one JSON value in UTF-8. It is not checked: whoever makes it vouches for it.
    public init(unchecked bytes: ByteBuffer) { self.bytes = bytes }
}

extension SocketValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// The value that stands for it.
    public init(nilLiteral: ()) { self = .null }
    /// The value that stands for it.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// The value that stands for it.
    public init(integerLiteral value: Int) { self = .number(JSONNumber(value)) }
    /// The value that stands for it.
    public init(floatLiteral value: Double) { self = .number(JSONNumber(value)) }
    /// The value that stands for it.
    public init(stringLiteral value: String) { self = .string(value) }
    /// The value that stands for it.
    public init(arrayLiteral elements: SocketValue...) { self = .array(elements) }
    /// The value that stands for it.
    public init(dictionaryLiteral elements: (String, SocketValue)...) {
        self = .object(SocketObject(members: elements.map { .init(name: $0.0, value: $0.1) }))
    }
}

extension SocketValue {
    /// A number, in its shortest text.
    public static func number(_ value: Int) -> SocketValue { .number(JSONNumber(value)) }
    /// A number, in its shortest text.
    public static func number(_ value: Double) -> SocketValue { .number(JSONNumber(value)) }

    /// The member of an object; `nil` for everything else.
    public subscript(name: String) -> SocketValue? { self.objectValue?[name] }

    /// Whether it is `null`.
    public var isNull: Bool { self == .null }
    /// The value, if it is of this kind.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The value, if it is of this kind.
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    /// The value, if it is of this kind.
    public var intValue: Int? { if case .number(let value) = self { value.intValue } else { nil } }
    /// The value, if it is of this kind.
    public var doubleValue: Double? { if case .number(let value) = self { value.doubleValue } else { nil } }
    /// The value, if it is of this kind.
    public var arrayValue: [SocketValue]? { if case .array(let value) = self { value } else { nil } }
    /// The value, if it is of this kind.
    public var objectValue: SocketObject? { if case .object(let value) = self { value } else { nil } }
    /// The value, if it is of this kind.
    public var binaryValue: ByteBuffer? { if case .binary(let value) = self { value } else { nil } }
}
