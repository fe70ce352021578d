import NIOCore

/// From ``SocketValue`` to `Decodable`. Binary at any depth decodes as `ByteBuffer` or `[UInt8]`.
struct SocketValueDecoder: Decoder {
    let value: SocketValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// - Throws: `DecodingError` when the value is not what the type needs.
    static func decode<T: Decodable>(_ type: T.Type, from value: SocketValue) throws -> T {
        try self.decode(type, value, [])
    }

    static func decode<T: Decodable>(_ type: T.Type, _ value: SocketValue, _ path: [any CodingKey]) throws -> T {
        if let value = value as? T { return value }
        if case .binary(let bytes) = value {
            if let bytes = bytes as? T { return bytes }
            if let bytes = Array(bytes.readableBytesView) as? T { return bytes }
        }
        return try T(from: SocketValueDecoder(value: value, codingPath: path))
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = self.value else { throw self.mismatch([String: SocketValue].self) }
        return KeyedDecodingContainer(KeyedMembers(object: object, codingPath: self.codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = self.value else { throw self.mismatch([SocketValue].self) }
        return Elements(elements: elements, codingPath: self.codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    fileprivate func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(type, .init(codingPath: self.codingPath, debugDescription: "found \(self.value.kind)"))
    }
}

extension SocketValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { self.value.isNull }

    func decode(_ type: Bool.Type) throws -> Bool {
        guard let flag = self.value.boolValue else { throw self.mismatch(type) }
        return flag
    }

    func decode(_ type: String.Type) throws -> String {
        switch self.value {
        case .string(let text): return text
        case .unpairedString(let json): return JSONStringText.replacingUnpaired(json)
        default: throw self.mismatch(type)
        }
    }

    func decode(_ type: Double.Type) throws -> Double {
        guard let number = self.value.doubleValue else { throw self.mismatch(type) }
        return number
    }

    func decode(_ type: Float.Type) throws -> Float { Float(try self.decode(Double.self)) }
    func decode(_ type: Int.Type) throws -> Int { try self.integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try self.integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try self.integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try self.integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try self.integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try self.integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try self.integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try self.integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try self.integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try self.integer() }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try Self.decode(type, self.value, self.codingPath) }

    private func integer<T: FixedWidthInteger>() throws -> T {
        guard case .number(let number) = self.value else { throw self.mismatch(T.self) }
        // First by its text, so that 64 bits survive; `1.0` and `1e3` are integers too, as in JavaScript.
        if let value = T(number.text) ?? T(exactly: number.doubleValue) { return value }
        throw DecodingError.dataCorrupted(
            .init(codingPath: self.codingPath, debugDescription: "\(number.text) does not fit \(T.self)"))
    }
}

private struct KeyedMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let object: SocketObject
    let codingPath: [any CodingKey]

    var allKeys: [Key] { self.object.members.compactMap { Key(stringValue: $0.name) } }

    func contains(_ key: Key) -> Bool { self.object[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try self.value(key).isNull }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try SocketValueDecoder.decode(type, self.value(key), self.codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.decoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.decoder(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        SocketValueDecoder(value: self.object["super"] ?? .null, codingPath: self.codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try self.decoder(key) }

    private func decoder(_ key: Key) throws -> SocketValueDecoder {
        SocketValueDecoder(value: try self.value(key), codingPath: self.codingPath + [key])
    }

    private func value(_ key: Key) throws -> SocketValue {
        guard let value = self.object[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key, .init(codingPath: self.codingPath, debugDescription: "no member \"\(key.stringValue)\""))
        }
        return value
    }
}

private struct Elements: UnkeyedDecodingContainer {
    let elements: [SocketValue]
    let codingPath: [any CodingKey]
    var currentIndex = 0

    init(elements: [SocketValue], codingPath: [any CodingKey]) {
        self.elements = elements
        self.codingPath = codingPath
    }

    var count: Int? { self.elements.count }
    var isAtEnd: Bool { self.currentIndex >= self.elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !self.isAtEnd, self.elements[self.currentIndex].isNull else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try SocketValueDecoder.decode(type, self.next(type), self.codingPath)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try self.nextDecoder().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try self.nextDecoder().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try self.nextDecoder() }

    private mutating func nextDecoder() throws -> SocketValueDecoder {
        SocketValueDecoder(value: try self.next(SocketValue.self), codingPath: self.codingPath)
    }

    private mutating func next(_ type: Any.Type) throws -> SocketValue {
        guard !self.isAtEnd else {
            throw DecodingError.valueNotFound(
                type, .init(codingPath: self.codingPath, debugDescription: "only \(self.elements.count) elements"))
        }
        defer { self.currentIndex += 1 }
        return self.elements[self.currentIndex]
    }
}
