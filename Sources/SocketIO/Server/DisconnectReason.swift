/// Why a socket left its namespace. The texts are those of the Node server, which applications compare with.
public struct DisconnectReason: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    public var description: String { self.rawValue }

    /// The client left this namespace with a DISCONNECT packet.
    public static let clientNamespaceDisconnect = Self(rawValue: "client namespace disconnect")
    /// The server called `disconnect()`.
    public static let serverNamespaceDisconnect = Self(rawValue: "server namespace disconnect")
    /// The client broke the protocol, or joined no namespace in time.
    public static let forcedServerClose = Self(rawValue: "forced server close")
    public static let serverShuttingDown = Self(EngineCloseReason.serverShuttingDown)
    public static let transportError = Self(EngineCloseReason.transportError)
    public static let transportClose = Self(EngineCloseReason.transportClose)
    public static let forcedClose = Self(EngineCloseReason.forcedClose)
    public static let pingTimeout = Self(EngineCloseReason.pingTimeout)
    public static let parseError = Self(EngineCloseReason.parseError)

    init(_ reason: EngineCloseReason) { self.rawValue = reason.rawValue }
}

/// Why an acknowledgement did not come.
public enum AckError: Error, Equatable, Sendable {
    /// Not within the time given.
    case timedOut
    /// The socket left before it answered, or had left already.
    case disconnected(DisconnectReason?)
    /// The socket owes too many acknowledgements already.
    case tooManyPending
}
