/// A namespace middleware's refusal: the client gets it as `connect_error`.
public struct ConnectError: Error, Equatable, Sendable {
    /// The error's `message` on the client.
    public let message: String
    /// The error's `data` on the client; without it the packet has no such key.
    public let data: SocketValue?

    /// A refusal with these words.
    public init(_ message: String, data: SocketValue? = nil) {
        self.message = message
        self.data = data
    }
}
