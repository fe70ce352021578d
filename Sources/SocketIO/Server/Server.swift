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
        /// Lets clients that come back soon go on where they were; `nil`: off, as in Node.
        public var connectionStateRecovery: RecoveryConfiguration?
        /// Whether a namespace that was made for a client (``Server/of(pattern:)``) goes when its last socket has gone.
        public var cleansUpEmptyChildNamespaces = false
        /// Namespaces that clients can bring into being; further ones are refused as `Invalid namespace`.
        public var childNamespacesMax = 10_000

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
    private struct Namespaces {
        var byName: [String: Namespace] = [:]
        var families: [NamespaceFamily] = []
        var childCount = 0
        var onNew: [@Sendable (Namespace) -> Void] = []
    }

    private let namespaces = NIOLockedValueBox(Namespaces())

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

    /// The namespace of this name, made on the first call. Clients can only connect to namespaces that exist. The
    /// leading slash may be left out.
    public func of(_ name: String) -> Namespace {
        let name = name.hasPrefix("/") ? name : "/" + name
        return self.namespaces.withLockedValue { namespaces in
            if let namespace = namespaces.byName[name] { return namespace }
            let namespace = Namespace(
                name: name, eventLoops: self.engine.eventLoops, recovery: self.configuration.connectionStateRecovery)
            namespaces.byName[name] = namespace
            return namespace
        }
    }

    /// Namespaces of a pattern, in which `*` stands for any run of characters (`/room-*`), made when a client asks for
    /// one.
    public func of(pattern: String) -> NamespaceFamily {
        let pattern = NamespacePattern(pattern.hasPrefix("/") ? pattern : "/" + pattern)
        return self.of { name, _ in pattern.matches(name) }
    }

    /// Namespaces that are made when a client asks for one and `accepts` says yes to its name and auth payload. A
    /// namespace that exists wins over all families, an older family over a newer one. `accepts` runs on an event loop:
    /// it must not block.
    public func of(_ accepts: @escaping @Sendable (_ name: String, _ auth: SocketObject) -> Bool) -> NamespaceFamily {
        let family = NamespaceFamily(accepts: accepts)
        self.namespaces.withLockedValue { $0.families.append(family) }
        return family
    }

    /// Calls `body` for each namespace that a client brings into being, before the client enters it.
    public func onNewNamespace(_ body: @escaping @Sendable (Namespace) -> Void) {
        self.namespaces.withLockedValue { $0.onNew.append(body) }
    }

    /// The namespace a client asks for, with an arrival begun; `nil` if there is none for it.
    func enterNamespace(_ name: String, auth: SocketObject) -> Namespace? {
        let (existing, families) = self.namespaces.withLockedValue { namespaces in
            namespaces.byName[name]?.beginArrival()
            return (namespaces.byName[name], namespaces.families)
        }
        if let existing { return existing }
        guard name.hasPrefix("/"), let family = families.first(where: { $0.matches(name, auth) }) else { return nil }
        return self.makeChild(name, family)
    }

    private func makeChild(_ name: String, _ family: NamespaceFamily) -> Namespace? {
        let namespace = Namespace(
            name: name, eventLoops: self.engine.eventLoops, family: family,
            recovery: self.configuration.connectionStateRecovery)
        family.equip(namespace)
        namespace.beginArrival()
        let (winner, handlers) = self.namespaces.withLockedValue {
            namespaces -> (Namespace?, [@Sendable (Namespace) -> Void]) in
            if let other = namespaces.byName[name] {  // made on another event loop meanwhile
                other.beginArrival()
                return (other, [])
            }
            guard namespaces.childCount < self.configuration.childNamespacesMax else {
                self.configuration.engine.observer?.limitReached(.childNamespaces)
                return (nil, [])
            }
            namespaces.childCount += 1
            namespaces.byName[name] = namespace
            return (namespace, namespaces.onNew)
        }
        guard winner === namespace else { return winner }
        family.adopt(namespace)
        for handler in handlers { handler(namespace) }
        return namespace
    }

    /// A socket has left, or was refused.
    func left(_ namespace: Namespace) {
        guard self.configuration.cleansUpEmptyChildNamespaces, let family = namespace.family else { return }
        let isGone = self.namespaces.withLockedValue { namespaces in
            // Asked under the lock that arrivals begin under, so nobody enters a namespace that is no longer listed.
            guard namespace.isDeserted, namespaces.byName[namespace.name] === namespace else { return false }
            namespaces.byName[namespace.name] = nil
            namespaces.childCount -= 1
            return true
        }
        if isGone { family.release(namespace) }
    }

    /// Sends to every socket of the namespace `/`.
    public func emit(_ event: String, _ arguments: SocketValue...) {
        BroadcastOperator(namespace: self.of("/")).emit(event, arguments: arguments)
    }

    /// Sends with a list of arguments.
    public func emit(_ event: String, arguments: [SocketValue]) {
        BroadcastOperator(namespace: self.of("/")).emit(event, arguments: arguments)
    }

    /// Rooms of the namespace `/`.
    public func to(_ rooms: String...) -> BroadcastOperator {
        BroadcastOperator(namespace: self.of("/")).to(rooms)
    }

    /// Whether a request target is this server's business.
    public func handles(uri: String) -> Bool { self.engine.handles(uri: uri) }

    /// A handler for one connection, to be placed behind the HTTP codec.
    public func makeChannelHandler() -> any RemovableChannelHandler { self.engine.makeChannelHandler() }

    /// Looks at the connections that `listener` accepts from now on, before any handler does, and takes those that are
    /// WebSockets of this server without making channels of them. See ``EngineServer/adoptWebSockets(acceptedBy:)``.
    public func adoptWebSockets(acceptedBy listener: any Channel) async throws {
        try await self.engine.adoptWebSockets(acceptedBy: listener)
    }

    /// Refuses new sessions, ends all sockets with `server shutting down`, returns when the last is gone. The official
    /// client then tries to reconnect, as it should. The handlers of all namespaces are forgotten afterwards, so that
    /// they may hold this server.
    /// - Parameter duration: the clients are let go evenly over this time, so that they do not all come back in the
    ///   same moment.
    public func shutdown(spreadingOver duration: TimeAmount = .nanoseconds(0)) async {
        await self.engine.shutdown(spreadingOver: duration)
        self.forgetHandlers()
    }

    /// Nobody can come any more. What the application's handlers hold, this server mostly, is let go.
    private func forgetHandlers() {
        let (namespaces, families) = self.namespaces.withLockedValue { namespaces in
            namespaces.onNew = []
            return (Array(namespaces.byName.values), namespaces.families)
        }
        for namespace in namespaces { namespace.forgetHandlers() }
        for family in families { family.forgetHandlers() }
    }
}
