/// What is known of a socket since it connected.
public struct Handshake: Sendable {
    /// The HTTP request that opened the session: headers, address, URL, query. Shared by the sockets of one connection.
    public let request: HandshakeRequest
    /// The payload of the client's CONNECT packet; empty if it sent none.
    public let auth: SocketObject
}
