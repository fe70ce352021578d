/// The packet types of Socket.IO protocol 5 ("Packet types"); the raw value is the ASCII digit on the wire.
package enum SocketPacketType: UInt8, CaseIterable, Sendable {
    case connect = 0x30
    case disconnect = 0x31
    case event = 0x32
    case ack = 0x33
    case connectError = 0x34
    case binaryEvent = 0x35
    case binaryAck = 0x36

    var isBinary: Bool { self == .binaryEvent || self == .binaryAck }
}

/// One whole Socket.IO packet, its attachments back in their places.
package enum SocketPacket: Equatable, Sendable {
    /// `payload` is an object (the `auth` of a client, the `sid` of a server) or absent.
    case connect(namespace: String, payload: SocketObject?)
    case disconnect(namespace: String)
    /// `name` is a string or a number on the wire; here its text.
    case event(namespace: String, id: Int?, name: String, arguments: [SocketValue])
    case ack(namespace: String, id: Int, arguments: [SocketValue])
    case connectError(namespace: String, payload: SocketValue)

    package var namespace: String {
        switch self {
        case .connect(let namespace, _), .disconnect(let namespace), .event(let namespace, _, _, _),
            .ack(let namespace, _, _), .connectError(let namespace, _):
            namespace
        }
    }
}

/// Event names that the protocol keeps for itself; invalid when they come from a peer, refused when emitted.
package enum ReservedEvent {
    package static let names: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]
}

/// Why a message is no Socket.IO packet. Each closes the connection with `parse error`.
package enum SocketParseError: Error, Equatable, Sendable {
    case emptyPacket
    case unknownType(UInt8)
    /// "Illegal attachments": the count is missing, no number, or not followed by `-`.
    case illegalAttachmentCount
    /// More attachments announced than ``SocketLimits/attachmentsMax``.
    case tooManyAttachments
    /// The attachments of a packet are larger than ``SocketLimits/attachmentBytesMax`` together.
    case attachmentsTooLarge
    /// A placeholder whose `num` is no integer below the number of attachments.
    case illegalPlaceholder
    /// The namespace is longer than ``SocketLimits/namespaceBytesMax``.
    case namespaceTooLong
    /// An acknowledgement without an id, or an id with more digits than ``SocketLimits/ackIDDigitsMax``.
    case invalidAckID
    case json(JSONError)
    /// The JSON is not what this packet type carries (e.g. an event that is no array, a reserved event name).
    case invalidPayload
    /// Text came while attachments were outstanding, or binary without a header.
    case unexpectedMessage
}
