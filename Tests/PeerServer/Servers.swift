import Logging
import NIOCore
import NIOHTTP1
import SocketIO

/// The Socket.IO servers on the one port, each with options of its own.
struct Servers: Sendable {
    /// `/socket.io/`: everything that needs no special option.
    let main: Server
    /// `/recovery/`: connection state recovery, which adds an argument to every event and so cannot be had on `main`.
    let recovery: Server
    /// `/strict/`: a client that joins no namespace is soon closed, and nothing but WebSocket is taken.
    let strict: Server

    var all: [Server] { [self.main, self.recovery, self.strict] }

    init(group: any EventLoopGroup, arguments: Arguments, logger: Logger) {
        self.main = Server(eventLoopGroup: group, configuration: Self.mainOptions(arguments), logger: logger)
        for name in ["/", "/a", "/b"] { OrdinaryEvents.listen(on: self.main.of(name)) }
        GuardedNamespaces.make(on: self.main)
        DynamicNamespaces.make(on: self.main)

        var options = Self.options(path: "/recovery/", arguments)
        options.connectionStateRecovery = RecoveryConfiguration()
        self.recovery = Server(eventLoopGroup: group, configuration: options, logger: logger)
        OrdinaryEvents.listen(on: self.recovery.of("/"))

        options = Self.options(path: "/strict/", arguments)
        options.connectTimeout = .milliseconds(100)
        options.engine.transports = [.websocket]
        self.strict = Server(eventLoopGroup: group, configuration: options, logger: logger)
        OrdinaryEvents.listen(on: self.strict.of("/"))
    }

    private static func options(path: String, _ arguments: Arguments) -> Server.Configuration {
        var options = Server.Configuration()
        options.engine.path = path
        options.engine.pingInterval = arguments.pingInterval
        options.engine.pingTimeout = arguments.pingTimeout
        // The fast way where there is one: candidates are adopted, and new sessions where `allowRequest` is not asked.
        options.engine.sendsDirectly = true
        return options
    }

    private static func mainOptions(_ arguments: Arguments) -> Server.Configuration {
        var options = Self.options(path: "/socket.io/", arguments)
        // As the reference server has it: so that a test reaches it.
        options.engine.maxPayload = 20_000
        options.engine.outboundBytesSoft = 32 * 1024
        options.engine.outboundBytesHard = 512 * 1024
        options.engine.cookie = CookieConfiguration()
        options.engine.perMessageDeflate = CompressionConfiguration()
        options.engine.cors = CORSConfiguration(origins: .matching { $0.hasPrefix("http://localhost:") })
        options.engine.cors?.allowsCredentials = true
        options.engine.allowRequest = Self.refusal
        options.cleansUpEmptyChildNamespaces = true
        return options
    }

    /// CORS keeps no page from opening a WebSocket: who asks from elsewhere is refused here.
    private static func refusal(_ request: HandshakeRequest) -> String? {
        if request.query.contains(where: { $0 == ("refuse", "me") }) { return "Thou shall not pass" }
        guard let origin = request.headers["origin"].first, !origin.hasPrefix("http://localhost:") else { return nil }
        return request.headers["host"].contains { "http://" + $0 == origin } ? nil : "Foreign origin"
    }
}
