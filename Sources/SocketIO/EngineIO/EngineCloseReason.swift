/// Why an Engine.IO session ended. The raw values are the strings that Node's applications compare with.
public enum EngineCloseReason: String, CaseIterable, Sendable {
    /// The connection broke, or the client used it against the protocol.
    case transportError = "transport error"
    /// The peer closed the connection.
    case transportClose = "transport close"
    /// The server closed the session.
    case forcedClose = "forced close"
    /// No pong within `pingTimeout`.
    case pingTimeout = "ping timeout"
    /// The peer sent what is no packet.
    case parseError = "parse error"
    /// The client sent more than ``InboundLimits`` allow. Not in Node.
    case rateExceeded = "rate exceeded"
    /// What waited for the client ran into a hard limit. Not in Node, where it grows.
    case slowConsumer = "slow consumer"
    /// The client ran into a limit of the packets themselves: attachments, depth of JSON. Not in Node.
    case limitExceeded = "limit exceeded"
    /// The server is stopping.
    case serverShuttingDown = "server shutting down"
}
