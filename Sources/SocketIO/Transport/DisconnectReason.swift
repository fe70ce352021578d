/// Why a socket left its namespace. The texts are those of the Node server, which applications compare with.
public struct DisconnectReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The text on the application's side, e.g. `transport close`.
    public let rawValue: String

    /// A reason of this text.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The text.
    public var description: String { self.rawValue }

    /// The client left this namespace with a DISCONNECT packet.
    public static let clientNamespaceDisconnect = Self(rawValue: "client namespace disconnect")
    /// The server called `disconnect()`.
    public static let serverNamespaceDisconnect = Self(rawValue: "server namespace disconnect")
    /// The client broke the protocol, or joined no namespace in time.
    public static let forcedServerClose = Self(rawValue: "forced server close")
    /// The server is stopping.
    public static let serverShuttingDown = Self(EngineCloseReason.serverShuttingDown)
    /// The connection broke.
    public static let transportError = Self(EngineCloseReason.transportError)
    /// The client closed the connection.
    public static let transportClose = Self(EngineCloseReason.transportClose)
    /// The server closed the connection.
    public static let forcedClose = Self(EngineCloseReason.forcedClose)
    /// The client did not answer a ping in time.
    public static let pingTimeout = Self(EngineCloseReason.pingTimeout)
    /// The client sent more than ``InboundLimits`` allow. Not in Node.
    public static let rateExceeded = Self(EngineCloseReason.rateExceeded)
    /// What waited for the client ran into a hard limit. Not in Node.
    public static let slowConsumer = Self(EngineCloseReason.slowConsumer)
    /// The client ran into a limit of the packets themselves. Not in Node.
    public static let limitExceeded = Self(EngineCloseReason.limitExceeded)
    /// The client sent what is no packet.
    public static let parseError = Self(EngineCloseReason.parseError)

    init(_ reason: EngineCloseReason) { self.rawValue = reason.rawValue }
}
