import NIOCore

/// From `Encodable` to ``SocketValue``. Keys keep the order in which they are encoded; a `ByteBuffer` or `[UInt8]` at
/// any depth becomes binary.
struct SocketValueEncoder {
    /// - Throws: whatever the value's own `encode(to:)` throws.
    static func encode(_ value: some Encodable) throws -> SocketValue {
        try self.encode(any: value, path: [])
    }

    static func encode(any value: any Encodable, path: [any CodingKey]) throws -> SocketValue {
        // Types that stand for themselves.
        if let value = value as? SocketValue { return value }
        if let bytes = value as? ByteBuffer { return .binary(bytes) }
        if let bytes = value as? [UInt8] { return .binary(ByteBuffer(bytes: bytes)) }
        let node = Node()
        try value.encode(to: NodeEncoder(node: node, codingPath: path))
        return node.value
    }

    /// A place in the tree that is being built.
    final class Node {
        enum Content {
            case empty
            case value(SocketValue)
            case array([Node])
            case object([(name: String, node: Node)])
        }

        var content = Content.empty

        var value: SocketValue {
            switch self.content {
            case .empty: .object(SocketObject())
            case .value(let value): value
            case .array(let nodes): .array(nodes.map(\.value))
            case .object(let members):
                .object(SocketObject(members: members.map { .init(name: $0.name, value: $0.node.value) }))
            }
        }

        func member(_ name: String) -> Node {
            let node = Node()
            guard case .object(var members) = self.content else {
                self.content = .object([(name, node)])
                return node
            }
            members.append((name, node))
            self.content = .object(members)
            return node
        }

        func element() -> Node {
            let node = Node()
            guard case .array(var nodes) = self.content else {
                self.content = .array([node])
                return node
            }
            nodes.append(node)
            self.content = .array(nodes)
            return node
        }

        var count: Int { if case .array(let nodes) = self.content { nodes.count } else { 0 } }
    }
}

private struct NodeEncoder: Encoder {
    let node: SocketValueEncoder.Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .empty = self.node.content { self.node.content = .object([]) }
        return KeyedEncodingContainer(KeyedNodes<Key>(node: self.node, codingPath: self.codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .empty = self.node.content { self.node.content = .array([]) }
        return UnkeyedNodes(node: self.node, codingPath: self.codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleNode(node: self.node, codingPath: self.codingPath)
    }
}

private struct KeyedNodes<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: SocketValueEncoder.Node
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { self.node.member(key.stringValue).content = .value(.null) }

    func encode(_ value: some Encodable, forKey key: Key) throws {
        let encoded = try SocketValueEncoder.encode(any: value, path: self.codingPath + [key])
        self.node.member(key.stringValue).content = .value(encoded)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        self.encoder(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        self.encoder(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        NodeEncoder(node: self.node.member("super"), codingPath: self.codingPath)
    }

    func superEncoder(forKey key: Key) -> any Encoder { self.encoder(key) }

    private func encoder(_ key: Key) -> NodeEncoder {
        NodeEncoder(node: self.node.member(key.stringValue), codingPath: self.codingPath + [key])
    }
}

private struct UnkeyedNodes: UnkeyedEncodingContainer {
    let node: SocketValueEncoder.Node
    let codingPath: [any CodingKey]

    var count: Int { self.node.count }

    func encodeNil() { self.node.element().content = .value(.null) }

    func encode(_ value: some Encodable) throws {
        self.node.element().content = .value(try SocketValueEncoder.encode(any: value, path: self.codingPath))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        NodeEncoder(node: self.node.element(), codingPath: self.codingPath).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        NodeEncoder(node: self.node.element(), codingPath: self.codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { NodeEncoder(node: self.node.element(), codingPath: self.codingPath) }
}

private struct SingleNode: SingleValueEncodingContainer {
    let node: SocketValueEncoder.Node
    let codingPath: [any CodingKey]

    func encodeNil() { self.node.content = .value(.null) }
    func encode(_ value: Bool) { self.node.content = .value(.bool(value)) }
    func encode(_ value: String) { self.node.content = .value(.string(value)) }
    func encode(_ value: Double) throws { try self.write(value) }
    func encode(_ value: Float) throws {
        guard value.isFinite else { return try self.write(Double(value)) }
        // Its own shortest text: 0.1 stays 0.1 and does not become 0.10000000149011612.
        self.node.content = .value(.number(Double(value.description) ?? Double(value)))
    }
    func encode(_ value: Int) { self.write(integer: value) }
    func encode(_ value: Int8) { self.write(integer: value) }
    func encode(_ value: Int16) { self.write(integer: value) }
    func encode(_ value: Int32) { self.write(integer: value) }
    func encode(_ value: Int64) { self.write(integer: value) }
    func encode(_ value: UInt) { self.write(integer: value) }
    func encode(_ value: UInt8) { self.write(integer: value) }
    func encode(_ value: UInt16) { self.write(integer: value) }
    func encode(_ value: UInt32) { self.write(integer: value) }
    func encode(_ value: UInt64) { self.write(integer: value) }

    func encode(_ value: some Encodable) throws {
        self.node.content = .value(try SocketValueEncoder.encode(any: value, path: self.codingPath))
    }

    private func write(integer: some BinaryInteger) {
        self.node.content = .value(.number(JSONNumber(validated: String(integer))))
    }

    private func write(_ value: Double) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: self.codingPath, debugDescription: "JSON has no \(value)"))
        }
        self.node.content = .value(.number(value))
    }
}
