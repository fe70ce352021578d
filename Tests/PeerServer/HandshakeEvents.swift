import SocketIO

/// What the server knows of a client since it connected.
enum HandshakeEvents {
    static func listen(to socket: Socket) {
        socket.on("handshake") { event in
            let request = socket.handshake.request
            let headers = request.headers.map {
                SocketObject.Member(name: $0.name.lowercased(), value: .string($0.value))
            }
            let query = request.query.map { SocketObject.Member(name: $0.name, value: .string($0.value)) }
            event.acknowledge([
                "address": .string(request.address), "url": .string(request.uri),
                "headers": .object(SocketObject(members: headers)), "query": .object(SocketObject(members: query)),
                "auth": .object(socket.handshake.auth), "recovered": .bool(socket.recovered),
            ])
        }
        socket.on("remember") { event in
            guard let name = event.arguments.first?.stringValue, event.arguments.count > 1 else { return }
            socket.data[name] = event.arguments[1]
            event.acknowledge()
        }
        socket.on("data") { $0.acknowledge(.object(socket.data)) }
    }
}
