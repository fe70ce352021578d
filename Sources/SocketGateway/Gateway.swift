import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore
import ServiceLifecycle
import SocketIO
package import TelemetryCore

/// The outward side of the daemon: one port with dashboard files, REST and Socket.IO.
package final class Gateway: Sendable {
    /// Where to listen and what to serve.
    package struct Configuration: Sendable {
        package var host: String
        /// 0: any free port.
        package var port: Int
        /// Directory of the dashboard; nil: none is served.
        package var publicDirectory: String?
        /// Directory of the official Socket.IO browser client; nil: the dashboard's own client is served in its place.
        package var vendorDirectory: String?
        /// Frames go to the socket past its channel: nothing lies between the two here, and there is no TLS.
        package var sendsDirectly = true
        /// WebSockets are taken at the door, before they become channels; only with `sendsDirectly`.
        package var adoptsWebSockets = true
        /// The database's file, whose size `/metrics` tells; nil: it does not.
        package var databasePath: String?
        /// What it tells of itself.
        package var facts: GatewayFacts

        package init(
            host: String,
            port: Int,
            publicDirectory: String?,
            vendorDirectory: String?,
            databasePath: String? = nil,
            version: String = "unknown"
        ) {
            self.host = host
            self.port = port
            self.publicDirectory = publicDirectory
            self.vendorDirectory = vendorDirectory
            self.databasePath = databasePath
            self.facts = GatewayFacts(version: version)
        }
    }

    /// Gets every committed reading; to be added to the store before it starts.
    package let sink: any ReadingSink

    private let services: ServiceGroup
    private let connections = HTTPConnections()
    private let server: SocketIO.Server
    private let hub: MachinesHub
    private let configuration: Configuration

    /// Stores what it is given; ``run()`` acts.
    ///
    /// - Parameters:
    ///   - sources: how the sources of readings are doing now, for `/readyz`; any thread.
    ///   - ingest: reads the bodies of POSTs; nil: readings are not taken over HTTP.
    ///   - simulator: puts faults into simulated machines; nil: none is simulated.
    ///   - onReady: called once, when connections are accepted, with the address that was bound.
    package init(
        configuration: Configuration,
        store: TelemetryStore,
        eventLoopGroup: any EventLoopGroup,
        clock: WallClock,
        logger: Logger,
        sources: @escaping @Sendable () -> [SourceStatus],
        ingest: IngestHandler? = nil,
        simulator: SimulatorControl? = nil,
        onReady: @escaping @Sendable (SocketAddress) -> Void
    ) {
        self.configuration = configuration
        let statistics = SocketStatistics()
        let server = Self.server(configuration, statistics, eventLoopGroup, logger)
        let hub = MachinesHub(
            server: server,
            store: store,
            eventLoopGroup: eventLoopGroup,
            clock: clock
        )
        self.server = server
        self.hub = hub
        let feed = LiveFeed(hub: hub, root: server.of(WireEvents.rootNamespace), eventLoopGroup: eventLoopGroup)
        self.sink = feed
        let dashboard = configuration.publicDirectory.flatMap { StaticFiles(directory: $0) }
        let vendor = configuration.vendorDirectory.flatMap { StaticFiles(directory: $0) }
        let intake = ingest.map { ReadingIntake(handler: $0, store: store, clock: clock) }
        let metrics = MetricsDocument(
            store: store,
            clock: clock,
            sources: sources,
            server: server,
            hub: hub,
            feed: feed,
            sockets: statistics,
            intake: intake,
            databasePath: configuration.databasePath,
            version: configuration.facts.version
        )
        let routes = GatewayRoutes(
            store: store,
            clock: clock,
            dashboard: dashboard,
            clientBundle: ClientBundle(vendor: vendor, dashboard: dashboard),
            sources: sources,
            intake: intake,
            simulator: simulator,
            metrics: { metrics.text() },
            handoverTurns: hub.handoverTurns,
            facts: configuration.facts
        )
        let connections = self.connections
        self.services = Self.services(
            routes,
            on: .hostname(configuration.host, port: configuration.port),
            eventLoopGroup: eventLoopGroup,
            logger: logger,
            channels: { responder in
                GatewayChannel(
                    responder: responder,
                    connections: connections,
                    makeSocketHandler: { server.makeChannelHandler() },
                    makeStreamGate: { StreamGate(hub: hub) }
                )
            },
            onListening: { if configuration.adoptsWebSockets { await Self.adoptWebSockets(of: $0, server, logger) } },
            onReady: onReady
        )
    }

    private static func server(
        _ configuration: Configuration,
        _ statistics: SocketStatistics,
        _ eventLoopGroup: any EventLoopGroup,
        _ logger: Logger
    ) -> SocketIO.Server {
        var options = SocketIO.Server.Configuration()
        options.engine.passedOnPaths = ClientBundle.paths
        options.engine.sendsDirectly = configuration.sendsDirectly
        options.engine.mergeWindow = Limits.mergeWindow
        options.engine.observer = statistics
        return SocketIO.Server(eventLoopGroup: eventLoopGroup, configuration: options, logger: logger)
    }

    private static func adoptWebSockets(
        of listener: any Channel,
        _ server: SocketIO.Server,
        _ logger: Logger
    ) async {
        do {
            try await server.adoptWebSockets(acceptedBy: listener)
        } catch {
            logger.warning("WebSockets take the long way", metadata: ["error": "\(error)"])
        }
    }

    /// Hummingbird behind our own channels.
    private static func services(
        _ routes: GatewayRoutes,
        on address: BindAddress,
        eventLoopGroup: any EventLoopGroup,
        logger: Logger,
        channels: @escaping @Sendable (@escaping HTTPChannelHandler.Responder) -> GatewayChannel,
        onListening: @escaping @Sendable (any Channel) async -> Void,
        onReady: @escaping @Sendable (SocketAddress) -> Void
    ) -> ServiceGroup {
        // Hummingbird and the service group tell of things at info that are no news to the user.
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let application = Application(
            responder: routes.responder(),
            server: HTTPServerBuilder { channels($0) },
            configuration: .init(address: address, serverName: nil),
            onServerRunning: { channel in
                await onListening(channel)
                if let address = channel.localAddress { onReady(address) }
            },
            eventLoopGroupProvider: .shared(eventLoopGroup),
            logger: quiet
        )
        return ServiceGroup(configuration: .init(services: [application], logger: quiet))
    }

    /// Serves until ``shutdown()``. Throws a ``ListenError`` if the address cannot be listened on.
    package func run() async throws {
        self.hub.fleet.start()
        defer { self.hub.fleet.stop() }
        async let connectionsEnd: Void = self.connections.run()
        defer { self.connections.finish() }
        do {
            try await self.services.run()
            self.connections.finish()
            await connectionsEnd
        } catch let error as IOError {
            throw ListenError(host: self.configuration.host, port: self.configuration.port, cause: error)
        } catch is SocketAddressError, is SocketAddressError.UnknownHost {
            throw ListenError(unknownHost: self.configuration.host, port: self.configuration.port)
        }
    }

    /// Tells every Socket.IO client ("server shutting down"), then takes no new connection and ends the present ones:
    /// requests under way are answered first. ``run()`` returns when that is done.
    package func shutdown() async {
        self.hub.fleet.stop()
        let clients = Int64(self.server.engine.sessionCount)
        await self.server.shutdown(spreadingOver: .milliseconds(min(clients, Limits.farewellMillisecondsMax)))
        await self.services.triggerGracefulShutdown()
    }
}
