import NIOCore
import SocketIO

/// Packets and events in the words of the vector files.
enum Meaning {
    static func of(_ packet: EnginePacket) -> String {
        switch packet {
        case .binary(let bytes): "binary \(bytes.hex)".trimmed
        case .text(let type, let payload): "\(type) \(String(buffer: payload))".trimmed
        }
    }

    static func of(_ packets: [EnginePacket]) -> String { packets.map(self.of).joined(separator: " + ") }

    static func of(_ event: WebSocketFrameReader.Event) -> String {
        switch event {
        case .text(let text): "text \(String(buffer: text))".trimmed
        case .binary(let bytes): "binary \(bytes.hex)".trimmed
        case .ping(let payload): "ping \(payload.hex)".trimmed
        case .pong: "pong"
        case .close(let code): "close \(code.map(String.init) ?? "-")"
        }
    }

    static func of(_ packet: SocketPacket) -> String {
        switch packet {
        case .connect(let namespace, let payload):
            "connect \(namespace) \(payload.map { self.json(.object($0)) } ?? "-")"
        case .disconnect(let namespace): "disconnect \(namespace)"
        case .event(let namespace, let id, let name, let arguments):
            "event \(namespace) \(id.map(String.init) ?? "-") \(name) \(self.json(.array(arguments)))"
        case .ack(let namespace, let id, let arguments): "ack \(namespace) \(id) \(self.json(.array(arguments)))"
        case .connectError(let namespace, let payload): "connectError \(namespace) \(self.json(payload))"
        }
    }

    /// The name of an error's case, which is what the files say.
    static func of(_ error: any Error) -> String {
        String("\(error)".prefix { $0 != "(" })
    }

    static func of(_ violation: WebSocketFrameReader.Violation) -> String { "\(violation.code.rawValue)" }

    /// JSON, in which a binary value is `<its bytes in hex>`.
    private static func json(_ value: SocketValue) -> String {
        var out = ByteBuffer()
        var writer = JSONWriter()
        writer.write(self.showingBinary(value), into: &out)
        return String(buffer: out)
    }

    private static func showingBinary(_ value: SocketValue) -> SocketValue {
        switch value {
        case .binary(let bytes): .encoded(EncodedJSON(unchecked: ByteBuffer(string: "<\(bytes.hex)>")))
        case .array(let elements): .array(elements.map(self.showingBinary))
        case .object(let object):
            .object(
                SocketObject(
                    members: object.members.map {
                        var member = $0
                        member.value = self.showingBinary(member.value)
                        return member
                    }))
        default: value
        }
    }
}

extension String {
    fileprivate var trimmed: String { self.hasSuffix(" ") ? String(self.dropLast()) : self }
}
