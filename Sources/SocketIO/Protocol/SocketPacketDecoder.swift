package import NIOCore

/// Reader of one connection's Socket.IO packets (socket.io-protocol v5, "Packet encoding"):
/// `type[attachments-][/nsp,][ackid][json]`, then as many binary messages as announced.
///
/// One per connection, not per namespace: attachments follow their header with nothing in between. Text while binary is
/// outstanding, or binary without a header, is an error.
package struct SocketPacketDecoder {
    /// A binary packet whose attachments are still coming.
    private struct Pending {
        var header: Header
        var attachments: [ByteBuffer] = []
        var byteCount = 0
    }

    private struct Header {
        var type: SocketPacketType
        var attachmentCount = 0
        var namespace = "/"
        var id: Int?
        var payload: SocketValue?
    }

    private var pending: Pending?

    package init() {}

    /// Whether a packet waits for its attachments.
    package var isAwaitingAttachments: Bool { self.pending != nil }

    /// Takes the payload of one Engine.IO text message.
    ///
    /// - Returns: the packet, or `nil` while its attachments are outstanding.
    package mutating func decode(text: ByteBuffer) throws(SocketParseError) -> SocketPacket? {
        guard self.pending == nil else { throw .unexpectedMessage }
        let header = try Self.readHeader(text)
        guard header.attachmentCount > 0 else { return try Self.packet(header, attachments: []) }
        self.pending = Pending(header: header)
        return nil
    }

    /// Takes one Engine.IO binary message.
    package mutating func decode(binary: ByteBuffer) throws(SocketParseError) -> SocketPacket? {
        guard var pending = self.pending else { throw .unexpectedMessage }
        pending.attachments.append(binary)
        pending.byteCount += binary.readableBytes
        guard pending.byteCount <= SocketLimits.attachmentBytesMax else { throw .attachmentsTooLarge }
        guard pending.attachments.count == pending.header.attachmentCount else {
            self.pending = pending
            return nil
        }
        self.pending = nil
        return try Self.packet(pending.header, attachments: pending.attachments)
    }

    // MARK: Header

    private static func readHeader(_ text: ByteBuffer) throws(SocketParseError) -> Header {
        var text = text
        guard let first: UInt8 = text.readInteger() else { throw .emptyPacket }
        guard let type = SocketPacketType(rawValue: first) else { throw .unknownType(first) }
        var header = Header(type: type)
        if type.isBinary { header.attachmentCount = try self.readAttachmentCount(&text) }
        header.namespace = try self.readNamespace(&text)
        header.id = try self.readID(&text)
        if text.readableBytes > 0 {
            do { header.payload = try JSONReader.value(of: text) } catch { throw .json(error) }
        }
        return header
    }

    private static func readAttachmentCount(_ text: inout ByteBuffer) throws(SocketParseError) -> Int {
        var count = 0
        var digits = 0
        while let byte: UInt8 = text.readInteger() {
            if byte == UInt8(ascii: "-") {
                guard digits > 0 else { throw .illegalAttachmentCount }
                return count
            }
            guard let digit = self.digit(byte) else { throw .illegalAttachmentCount }
            digits += 1
            count = count * 10 + digit
            // Checked digit by digit, so that no announced number overflows or is believed.
            guard count <= SocketLimits.attachmentsMax else { throw .tooManyAttachments }
        }
        throw .illegalAttachmentCount
    }

    private static func readNamespace(_ text: inout ByteBuffer) throws(SocketParseError) -> String {
        guard text.readableBytesView.first == UInt8(ascii: "/") else { return "/" }
        let view = text.readableBytesView
        let end = view.firstIndex(of: UInt8(ascii: ",")) ?? view.endIndex
        let length = end - view.startIndex
        guard length <= SocketLimits.namespaceBytesMax else { throw .namespaceTooLong }
        let name = text.readString(length: length) ?? "/"
        text.moveReaderIndex(forwardBy: min(1, text.readableBytes))  // the comma, absent when nothing follows
        return name
    }

    private static func readID(_ text: inout ByteBuffer) throws(SocketParseError) -> Int? {
        var id = 0
        var digits = 0
        while let byte = text.readableBytesView.first, let digit = self.digit(byte) {
            digits += 1
            guard digits <= SocketLimits.ackIDDigitsMax else { throw .invalidAckID }
            id = id * 10 + digit
            text.moveReaderIndex(forwardBy: 1)
        }
        return digits > 0 ? id : nil
    }

    private static func digit(_ byte: UInt8) -> Int? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int(byte - UInt8(ascii: "0")) : nil
    }

    // MARK: Payload

    private static func packet(_ header: Header, attachments: [ByteBuffer]) throws(SocketParseError) -> SocketPacket {
        switch header.type {
        case .connect: return .connect(namespace: header.namespace, payload: try self.connectPayload(header.payload))
        case .disconnect:
            guard header.payload == nil else { throw .invalidPayload }
            return .disconnect(namespace: header.namespace)
        case .connectError:
            switch header.payload {
            case .string?, .object?: return .connectError(namespace: header.namespace, payload: header.payload ?? .null)
            default: throw .invalidPayload
            }
        case .event, .binaryEvent:
            var arguments = try self.arguments(header, attachments)
            guard let first = arguments.first else { throw .invalidPayload }
            arguments.removeFirst()
            return .event(
                namespace: header.namespace, id: header.id, name: try self.eventName(first), arguments: arguments)
        case .ack, .binaryAck:
            guard let id = header.id else { throw .invalidAckID }
            return .ack(namespace: header.namespace, id: id, arguments: try self.arguments(header, attachments))
        }
    }

    private static func connectPayload(_ payload: SocketValue?) throws(SocketParseError) -> SocketObject? {
        guard let payload else { return nil }
        guard let object = payload.objectValue else { throw .invalidPayload }
        return object
    }

    private static func eventName(_ value: SocketValue) throws(SocketParseError) -> String {
        switch value {
        case .string(let name):
            guard !ReservedEvent.names.contains(name) else { throw .invalidPayload }
            return name
        case .number(let number): return number.text
        default: throw .invalidPayload
        }
    }

    private static func arguments(
        _ header: Header, _ attachments: [ByteBuffer]
    ) throws(SocketParseError) -> [SocketValue] {
        guard let values = header.payload?.arrayValue else { throw .invalidPayload }
        guard header.type.isBinary else { return values }
        var filled: [SocketValue] = []
        for value in values { filled.append(try self.fill(value, attachments)) }
        return filled
    }

    /// Puts attachments in the place of their placeholders, at any depth; the depth was bounded by the JSON reader.
    private static func fill(_ value: SocketValue, _ attachments: [ByteBuffer]) throws(SocketParseError) -> SocketValue
    {
        switch value {
        case .array(let elements):
            var filled: [SocketValue] = []
            for element in elements { filled.append(try self.fill(element, attachments)) }
            return .array(filled)
        case .object(var object):
            if object["_placeholder"] == .bool(true) {
                guard let number = object["num"]?.intValue, attachments.indices.contains(number) else {
                    throw .illegalPlaceholder
                }
                return .binary(attachments[number])
            }
            for index in object.members.indices {
                object.members[index].value = try self.fill(object.members[index].value, attachments)
            }
            return .object(object)
        default: return value
        }
    }
}
