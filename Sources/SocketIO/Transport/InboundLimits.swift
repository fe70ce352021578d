/// What one client may do to the server. `nil` switches a guard off; all are off by default, as in Node.
public struct InboundLimits: Sendable {
    /// Sessions open at once from one address; further handshakes are refused with code 4.
    public var sessionsPerAddress: Int?
    /// Messages a second over a session's life; twice as many may come at once. Above it the session is closed.
    public var messagesPerSecond: Int?
    /// Bytes of messages a second; a message of `maxPayload` is always possible. Above it the session is closed.
    public var bytesPerSecond: Int?

    /// No guards.
    public init() {}
}
