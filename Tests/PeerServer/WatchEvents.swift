import SocketIO

/// Tells those who watch how others leave: in `disconnecting`, with the rooms still populated, and in `disconnect`.
enum WatchEvents {
    private static let watchers = "watchers"

    static func listen(to socket: Socket) {
        socket.on("watch") { event in
            socket.join(Self.watchers)
            event.acknowledge()
        }
        socket.onDisconnecting { Self.report("going", socket, $0) }
        socket.onDisconnect { Self.report("gone", socket, $0) }
    }

    private static func report(_ event: String, _ socket: Socket, _ reason: DisconnectReason) {
        socket.namespace.to(Self.watchers).emit(
            event, ["id": .string(socket.id), "reason": .string(reason.rawValue), "rooms": RoomEvents.rooms(socket)])
    }
}
