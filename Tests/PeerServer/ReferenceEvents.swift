import NIOCore
import SocketIO

/// The events of reference_server.py, under the same names.
enum ReferenceEvents {
    static func listen(to socket: Socket) {
        Self.answer(socket)
        Self.keep(socket)
        Self.end(socket)
    }

    private static func answer(_ socket: Socket) {
        socket.on("whoami") { event in
            event.acknowledge([
                "namespace": .string(socket.namespace.name), "sid": .string(socket.id),
                "auth": .object(socket.handshake.auth),
                "query": .string(String(socket.handshake.request.uri.drop { $0 != "?" }.dropFirst())),
            ])
        }
        socket.on("echo") { $0.acknowledge(arguments: $0.arguments) }
        socket.on("say") { socket.emit("said", arguments: $0.arguments) }
        socket.on("burst") { event in
            for number in 0..<(event.arguments.first?.intValue ?? 0) {
                let isBinary = number % 3 == 0
                socket.emit("item", isBinary ? .binary(ByteBuffer(repeating: 0, count: number % 300)) : .number(number))
            }
        }
        socket.on("ask me") { event in
            Task {
                let answer = try await socket.emitWithAck(
                    "question", arguments: event.arguments, timeout: .seconds(30))
                event.acknowledge(arguments: answer)
            }
        }
    }

    /// `item` keeps a value, of binary only its length; `items` gives all that were kept.
    private static func keep(_ socket: Socket) {
        socket.on("item") { event in
            guard let value = event.arguments.first else { return }
            socket.data.append(value.binaryValue.map { .number($0.readableBytes) } ?? value, to: "items")
            event.acknowledge()
        }
        socket.on("items") { $0.acknowledge(socket.data["items"] ?? []) }
    }

    private static func end(_ socket: Socket) {
        socket.on("kick me") { _ in socket.disconnect() }
        socket.on("cut me") { _ in socket.connection?.close() }
        socket.on("garble") { _ in socket.connection?.send(.text(ByteBuffer(string: #"2["open"#))) }
    }
}

extension SocketObject {
    /// Appends to the array of this name.
    mutating func append(_ value: SocketValue, to name: String) {
        self[name] = .array((self[name]?.arrayValue ?? []) + [value])
    }
}
