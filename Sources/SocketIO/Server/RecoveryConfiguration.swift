public import NIOCore

/// Connection state recovery: a client that comes back soon gets its id, rooms and data again, and the events it missed
/// before the answer to its CONNECT. All bounds are per namespace.
public struct RecoveryConfiguration: Sendable {
    /// How long a client may be away.
    public var maxDisconnectionDuration: TimeAmount = .seconds(120)
    /// Whether a recovered client is spared the namespace's middlewares.
    public var skipMiddlewares = true
    /// Events kept. Older ones go first; who needs one that is gone gets an ordinary new session.
    public var eventsMax = 10_000
    /// Bytes of the events kept, as framed for a WebSocket.
    public var bytesMax = 16 * 1024 * 1024
    /// Sessions of absent clients kept.
    public var sessionsMax = 10_000

    /// Node's two minutes, with bounds.
    public init() {}
}
