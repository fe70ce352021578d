package import NIOCore

/// One Socket.IO packet on the wire: the text and the attachments that follow it with nothing in between.
package struct EncodedSocketPacket: Equatable, Sendable {
    package var text: ByteBuffer
    package var attachments: [ByteBuffer]
}

/// Writer of Socket.IO packets (socket.io-protocol v5, "Packet encoding").
package enum SocketPacketEncoder {
    package static func connect(namespace: String, payload: SocketObject) -> EncodedSocketPacket {
        self.encode(.connect, namespace: namespace, id: nil) { $0.write(.object(payload), into: &$1) }
    }

    package static func connectError(namespace: String, message: String, data: SocketValue?) -> EncodedSocketPacket {
        var payload: SocketObject = ["message": .string(message)]
        payload["data"] = data
        return self.encode(.connectError, namespace: namespace, id: nil) { $0.write(.object(payload), into: &$1) }
    }

    package static func disconnect(namespace: String) -> EncodedSocketPacket {
        self.encode(.disconnect, namespace: namespace, id: nil) { _, _ in }
    }

    package static func event(
        namespace: String, id: Int? = nil, name: String, arguments: [SocketValue]
    ) -> EncodedSocketPacket {
        self.encode(.event, namespace: namespace, id: id) { writer, out in
            writer.writeArray([.string(name)] + arguments, into: &out)
        }
    }

    package static func ack(namespace: String, id: Int, arguments: [SocketValue]) -> EncodedSocketPacket {
        self.encode(.ack, namespace: namespace, id: id) { writer, out in writer.writeArray(arguments, into: &out) }
    }

    private static func encode(
        _ type: SocketPacketType, namespace: String, id: Int?,
        payload: (inout JSONWriter, inout ByteBuffer) -> Void
    ) -> EncodedSocketPacket {
        var json = ByteBuffer()
        var writer = JSONWriter()
        payload(&writer, &json)
        var text = ByteBuffer()
        text.reserveCapacity(json.readableBytes + namespace.utf8.count + 16)
        if writer.attachments.isEmpty {
            text.writeInteger(type.rawValue)
        } else {
            text.writeInteger((type == .event ? SocketPacketType.binaryEvent : .binaryAck).rawValue)
            text.writeString("\(writer.attachments.count)-")
        }
        if namespace != "/" { text.writeString("\(namespace),") }
        if let id { text.writeString(String(id)) }
        text.writeBuffer(&json)
        return EncodedSocketPacket(text: text, attachments: writer.attachments)
    }
}
