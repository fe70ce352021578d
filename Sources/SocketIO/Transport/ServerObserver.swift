/// Hooks for metrics. Every method has an empty default, so an observer implements what it counts. Called on event
/// loops and, for refusals, on whatever loop the request came in on: must be quick and must not block.
public protocol ServerObserver: Sendable {
    /// A session was opened over this transport.
    func sessionOpened(_ transport: EngineTransport)
    /// A session moved from polling to WebSocket.
    func sessionUpgraded()
    /// A session has ended.
    func sessionClosed(_ reason: EngineCloseReason)
    /// The same, with the transport that the session was on at last.
    func sessionClosed(_ reason: EngineCloseReason, on transport: EngineTransport)
    /// A request was refused with a code of the error table.
    func requestRefused(_ code: EngineErrorCode)
    /// A message came, so many bytes long.
    func messageReceived(bytes: Int)
    /// Messages were given to connections of one event loop in this turn of it: what became of them.
    func messagesSent(_ tally: SendTally)
    /// A client, or the application for one, ran into a limit.
    func limitReached(_ limit: ServerLimit)
    /// A client has entered a namespace.
    func socketConnected(namespace: String)
    /// A client has left a namespace.
    func socketDisconnected(namespace: String, reason: DisconnectReason)
}

extension ServerObserver {
    /// Does nothing.
    public func sessionOpened(_ transport: EngineTransport) {}
    /// Does nothing.
    public func sessionUpgraded() {}
    /// Does nothing.
    public func sessionClosed(_ reason: EngineCloseReason) {}
    /// Calls the one without a transport.
    public func sessionClosed(_ reason: EngineCloseReason, on transport: EngineTransport) { self.sessionClosed(reason) }
    /// Does nothing.
    public func requestRefused(_ code: EngineErrorCode) {}
    /// Does nothing.
    public func messageReceived(bytes: Int) {}
    /// Does nothing.
    public func messagesSent(_ tally: SendTally) {}
    /// Does nothing.
    public func limitReached(_ limit: ServerLimit) {}
    /// Does nothing.
    public func socketConnected(namespace: String) {}
    /// Does nothing.
    public func socketDisconnected(namespace: String, reason: DisconnectReason) {}
}

/// A limit that something ran into, and what follows.
public enum ServerLimit: String, CaseIterable, Sendable {
    /// ``InboundLimits/sessionsPerAddress``: the handshake is refused with code 4.
    case sessionsPerAddress
    /// ``InboundLimits/messagesPerSecond``: the session ends with `rate exceeded`.
    case messagesPerSecond
    /// ``InboundLimits/bytesPerSecond``: the session ends with `rate exceeded`.
    case bytesPerSecond
    /// ``EngineConfiguration/maxPayload`` over polling: 413, the session stays.
    case payload
    /// Attachments of one packet, in count or bytes: the session ends with `limit exceeded`.
    case attachments
    /// Time for all attachments of a packet: the session ends with `limit exceeded`.
    case attachmentTime
    /// Arrays and objects inside each other: the session ends with `limit exceeded`.
    case jsonDepth
    /// Namespaces of one client: refused with a `connect_error`.
    case namespaces
    /// ``Server/Configuration/childNamespacesMax``: refused as `Invalid namespace`.
    case childNamespaces
    /// Rooms of one socket: not joined.
    case rooms
    /// Acknowledgements that one socket owes: fails with ``AckError/tooManyPending``.
    case pendingAcks
    /// What waits for a client, in bytes, messages or age: the session ends with `slow consumer`.
    case outboundQueue
}
