import NIOCore
import SocketIO

/// What every namespace does for its clients.
enum OrdinaryEvents {
    /// Lets clients in, unless their auth payload has a `refuse`, and gives them all events.
    static func listen(on namespace: Namespace) {
        namespace.use { socket in try Self.refuse(socket) }
        namespace.onConnection { Self.listen(to: $0) }
    }

    static func refuse(_ socket: Socket) throws {
        guard let code = socket.handshake.auth["refuse"] else { return }
        throw ConnectError("Not authorized", data: ["code": code])
    }

    static func listen(to socket: Socket) {
        ReferenceEvents.listen(to: socket)
        AckEvents.listen(to: socket)
        HandshakeEvents.listen(to: socket)
        ListenerEvents.listen(to: socket)
        RoomEvents.listen(to: socket)
        StreamEvents.listen(to: socket)
        WatchEvents.listen(to: socket)
    }
}
