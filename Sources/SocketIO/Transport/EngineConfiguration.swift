public import NIOCore
public import NIOHTTP1

/// What the request that opens a session says of its client. Kept as long as the session lives.
public struct HandshakeRequest: Sendable {
    /// The request target, e.g. `/socket.io/?EIO=4&transport=polling`.
    public let uri: String
    /// As they came.
    public let headers: HTTPHeaders
    /// The peer's address without its port, e.g. `127.0.0.1`; empty when the channel has none.
    public let address: String
    /// The query's parameters in their order, percent-decoded.
    public let query: [(name: String, value: String)]
    /// When it came, in milliseconds since 1970.
    public let issued: Int

    /// Whether a page of another origin, or any page by script, has sent it: it has an `Origin` header. Node's
    /// `xdomain`. Whether the client came over TLS (Node's `secure`) is what a proxy in front says in its headers.
    public var isCrossDomain: Bool { self.headers.contains(name: "origin") }
}

/// The application refuses a handshake: the client gets `{"code":4,"message":"…"}` with status 403, over WebSocket the
/// message with status 400, as in Node.
public struct HandshakeRefusal: Error, Equatable, Sendable {
    /// The number in the body; all but `forbidden` have status 400.
    public let code: EngineErrorCode
    /// The text in the body; `nil`: that of the code.
    public let message: String?

    /// A refusal with these words.
    public init(_ message: String? = nil, code: EngineErrorCode = .forbidden) {
        self.message = message
        self.code = code
    }
}

/// The options of an Engine.IO server, with Node's defaults.
public struct EngineConfiguration: Sendable {
    /// URLs that begin with this path belong to the server, whatever follows. A slash at its end makes no difference:
    /// ``addTrailingSlash`` says whether it counts.
    public var path = "/engine.io/"
    /// Whether the path ends with a slash. `false`: `/engine.io?EIO=4` is accepted, and `/engine.io/` too.
    public var addTrailingSlash = true
    /// Paths (without query) below `path` that are somebody else's, e.g. the client bundle.
    public var passedOnPaths: Set<String> = []
    /// A transport that is not listed is refused with code 0.
    public var transports: Set<EngineTransport> = [.polling, .websocket]
    /// `false`: `upgrades` is empty, and a WebSocket that names a session is refused.
    public var allowUpgrades = true
    /// The server pings this often; the client has `pingTimeout` to answer.
    public var pingInterval: TimeAmount = .seconds(25)
    /// Time for the answer to a ping; then the session closes with `ping timeout`.
    public var pingTimeout: TimeAmount = .seconds(20)
    /// A candidate WebSocket that has not taken over by then is closed; the session stays on polling.
    public var upgradeTimeout: TimeAmount = .seconds(10)
    /// Bytes of one polling body and of one WebSocket message, over all its fragments. Told to the client.
    public var maxPayload = 1_000_000
    /// Bytes that wait for a slow client before conflated events keep only their newest value: about 400 readings.
    public var outboundBytesSoft = 64 * 1024
    /// Bytes that wait for a slow client before it is disconnected. One pending value of each of 16,384 machines fits.
    public var outboundBytesHard = 4 * 1024 * 1024
    /// Messages that wait for a slow client before it is disconnected.
    public var outboundMessagesMax = 20_000
    /// How long the oldest message may wait before the client is disconnected; `nil`: until its heartbeat fails.
    public var outboundAgeMax: TimeAmount?
    /// Counts what happens.
    public var observer: (any ServerObserver)?
    /// Compresses polling bodies for clients that accept gzip or deflate.
    public var httpCompression: CompressionConfiguration? = CompressionConfiguration()
    /// Compresses WebSocket messages for clients that offer `permessage-deflate`; off by default, as in Node. A
    /// broadcast is compressed once for all, and no window is kept, so a connection costs no more memory than without.
    public var perMessageDeflate: CompressionConfiguration?
    /// Sends WebSocket frames with a system call of their own, past the channel, whenever nothing waits there: a third
    /// less CPU for each message. Only for channels of sockets whose pipeline leaves bytes as they are once the HTTP
    /// handlers have gone: never together with TLS. Off by default.
    public var sendsDirectly = false
    /// With ``sendsDirectly``: how long a broadcast may be held for a receiver that got one within this time, so that
    /// several leave in one write. One that got none for that long has it at once. Zero: never held. Whole
    /// milliseconds.
    public var mergeWindow = TimeAmount.zero
    /// How long what follows the answer to a CONNECT may wait for the client's next message; zero: not at all.
    package var pauseAfterLone = EngineLimits.pauseAfterLone
    /// How long a peer may take to answer a WebSocket's close frame before the connection is cut.
    package var closeHandshakeTimeout = EngineLimits.closeHandshakeTimeout
    /// Guards against clients that do too much.
    public var inbound = InboundLimits()
    /// Pages of other origins that may talk to the server; `nil`: none, and a preflight is refused as a bad handshake.
    public var cors: CORSConfiguration?
    /// Sets a cookie with the session id on the answer that opens a session.
    public var cookie: CookieConfiguration?
    /// Sent to each new session right behind the open packet.
    public var initialPacket: EngineMessage?
    /// Makes session ids. They are bearer secrets: at least 120 random bits, letters and digits, unique. `nil` as the
    /// result refuses the handshake with code 3. Runs on an event loop: must not block.
    public var generateID: (@Sendable (HandshakeRequest) -> String?)?
    /// Makes session ids, and may wait for it; goes before ``generateID``. An error refuses the handshake with code 3.
    public var makeSessionID: (@Sendable (HandshakeRequest) async throws -> String)?
    /// Asked once for each handshake, never for requests of a known session. Runs on the connection's event loop: must
    /// not block. A returned text refuses with 403 and becomes the `message` of the error. What has to wait, e.g. for a
    /// database, is ``authorize``.
    public var allowRequest: (@Sendable (HandshakeRequest) -> String?)?
    /// Asked once for each handshake that ``allowRequest`` has let pass, and may wait. Returns to allow the handshake;
    /// a ``HandshakeRefusal`` refuses with its words, any other error with `Forbidden`. Runs on no event loop, as a
    /// task that is cancelled when the client goes.
    public var authorize: (@Sendable (HandshakeRequest) async throws -> Void)?

    /// Node's defaults.
    public init() {}

    /// What the URLs that belong to the server begin with.
    var prefix: String {
        var path = Substring(self.path)
        while path.last == "/" { path.removeLast() }
        return path + (self.addTrailingSlash ? "/" : "")
    }

    var timing: EngineSession.Timing {
        .init(pingInterval: self.pingInterval, pingTimeout: self.pingTimeout, upgradeTimeout: self.upgradeTimeout)
    }
}
