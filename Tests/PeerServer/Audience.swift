import SocketIO

/// Whom a client means: the first argument of the events that go to others.
struct Audience: Codable {
    /// Rooms, of which the union is meant; none for the whole namespace.
    var to: [String]?
    /// Rooms whose sockets are left out.
    var except: [String]?
    /// Whether the client itself is meant too, as by `io.to()` in place of `socket.to()`.
    var withMe: Bool?

    /// The sockets of it.
    func sockets(for socket: Socket) -> BroadcastOperator {
        let base = self.withMe == true ? socket.namespace.to() : socket.broadcast
        return base.to(self.to ?? []).except(self.except ?? [])
    }
}
