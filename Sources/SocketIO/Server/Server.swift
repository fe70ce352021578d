public import Logging
import NIOConcurrencyHelpers
public import NIOCore

/// A Socket.IO server (protocol 5 over Engine.IO 4), for mounting into any SwiftNIO HTTP server.
///
/// ```swift
/// let io = Server(eventLoopGroup: group, logger: logger)
/// io.of("/machines").onConnection { socket in
///     socket.on("joinRoom") { event in
///         guard let room = event.arguments.first?.stringValue else { return }
///         event.socket.join(room)
///         event.acknowledge(["ok": true])
///     }
/// }
/// try channel.pipeline.syncOperations.addHandler(io.makeChannelHandler())  // behind the HTTP codec
/// ```
///
/// All methods may be called on any thread.
public final class Server: Sendable {
    /// The options of both layers.
    public struct Configuration: Sendable {
        /// The options of the transports. Their `path` defaults to `/socket.io/` here.
        public var engine: EngineConfiguration
        /// A connection that has joined no namespace by then is closed.
        public var connectTimeout: TimeAmount = .seconds(45)

        /// Node's defaults, or a server with these options on the loops of the channels that will carry its traffic.
        public init() {
            self.engine = EngineConfiguration()
            self.engine.path = "/socket.io/"
        }
    }

    /// The options it was made with.
    public let configuration: Configuration
    /// The layer below: sessions and transports.
    public let engine: EngineServer
    private let namespaces = NIOLockedValueBox<[String: Namespace]>([:])

    /// Node's defaults, or a server with these options on the loops of the channels that will carry its traffic.
    public init(eventLoopGroup: any EventLoopGroup, configuration: Configuration = .init(), logger: Logger) {
        self.configuration = configuration
        self.engine = EngineServer(
            eventLoopGroup: eventLoopGroup, configuration: configuration.engine, logger: logger)
        _ = self.of("/")
        self.engine.onConnection { [weak self] connection in
            guard let self else { return connection.close() }
            SocketClient.attach(to: connection, server: self)
        }
    }

    /// The namespace of this name, made on the first call. Clients can only connect to namespaces that exist. The leading slash
    /// may be left out.
    public func of(_ name: String) -> Namespace {
        let name = name.hasPrefix("/") ? name : "/" + name
        return self.namespaces.withLockedValue { namespaces in
            if let namespace = namespaces[name] { return namespace }
            let namespace = Namespace(name: name, eventLoops: self.engine.eventLoops)
            namespaces[name] = namespace
            return namespace
        }
    }

    /// The namespace a client asks for; `nil` if it was never made.
    func existingNamespace(_ name: String) -> Namespace? { self.namespaces.withLockedValue { $0[name] } }

    /// Sends to every socket of the namespace `/`.
    public func emit(_ event: String, _ arguments: SocketValue...) {
        BroadcastOperator(namespace: self.of("/")).emit(event, arguments)
    }

    /// Rooms of the namespace `/`.
    public func to(_ rooms: String...) -> BroadcastOperator {
        BroadcastOperator(namespace: self.of("/")).to(rooms)
    }

    /// Whether a request target is this server's business.
    public func handles(uri: String) -> Bool { self.engine.handles(uri: uri) }

    /// A handler for one connection, to be placed behind the HTTP codec.
    public func makeChannelHandler() -> any RemovableChannelHandler { self.engine.makeChannelHandler() }

    /// Refuses new sessions, ends all sockets with `server shutting down`, returns when the last is gone. The official client
    /// then tries to reconnect, as it should.
    public func shutdown() async { await self.engine.shutdown() }
}
