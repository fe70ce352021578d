import Ingest
import Logging
import NIOCore
import NIOPosix
import SocketGateway
import TelemetryCore

/// The composition root: makes the parts from the configuration and connects them. It knows no protocol.
struct Composition {
    private let store: TelemetryStore
    private let gateway: Gateway
    private let sources: [Source]
    private let broker: EmbeddedBroker?
    private let signals: ShutdownSignals
    private let settings: LiveSettings
    private let logger: Logger
    private let ready: AsyncStream<SocketAddress>

    /// Opens the database; nothing runs yet.
    init(_ configuration: Configuration, reload: ConfigurationReload, signals: ShutdownSignals) throws {
        self.signals = signals
        let loggers = Loggers(configuration)
        let logger = loggers["telemetryd"]
        self.logger = logger
        OpenFiles.raiseLimit()
        let directories = try ServedDirectories(configuration, logger: logger)
        let store = try Self.store(configuration, loggers)
        self.store = store
        self.settings = LiveSettings(
            configuration, reload: reload, store: store, threshold: loggers.threshold, logger: logger)
        for warning in configuration.warnings { logger.warning("\(warning)") }
        // After the database: it is ours now, and so is a broker that was left beside it.
        let broker = try Self.broker(configuration, loggers)
        self.broker = broker
        var configuration = configuration
        if let broker { configuration.mqtt.add(broker.url) }
        let parts = try Sources(configuration, store: store) { loggers[$0] }
        let sources = parts.all
        self.sources = sources
        let (ready, readyContinuation) = AsyncStream.makeStream(of: SocketAddress.self)
        self.ready = ready
        self.gateway = Gateway(
            configuration: Self.gateway(configuration, directories),
            store: store,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            clock: .system,
            logger: loggers["gateway"],
            sources: { sources.map { $0.status() } + (broker.map { [$0.status] } ?? []) },
            ingest: .texts,
            simulator: parts.simulator,
            onReady: { address in
                readyContinuation.yield(address)
                readyContinuation.finish()
            }
        )
    }

    /// Connects and runs until a signal asks for the end, then ends in order. Throws what kept it from running.
    func run() async throws {
        self.store.addSink(self.gateway.sink)
        self.store.start()
        do {
            try await self.broker?.start()
            try await DaemonLife(
                store: self.store,
                gateway: self.gateway,
                sources: self.sources,
                signals: self.signals,
                ready: self.ready,
                settings: self.settings,
                logger: self.logger
            ).run()
            await self.broker?.shutdown()
        } catch {
            await self.store.stop()
            await self.broker?.shutdown()
            throw error
        }
    }

    private static func broker(_ configuration: Configuration, _ loggers: Loggers) throws -> EmbeddedBroker? {
        guard let options = configuration.broker else { return nil }
        return try EmbeddedBroker(
            options,
            databasePath: configuration.databasePath,
            searchPath: configuration.searchPath,
            logger: loggers["broker"]
        )
    }

    private static func gateway(
        _ configuration: Configuration,
        _ directories: ServedDirectories
    ) -> Gateway.Configuration {
        var options = Gateway.Configuration(
            host: configuration.host,
            port: configuration.port,
            publicDirectory: directories.dashboard,
            vendorDirectory: directories.vendor
        )
        options.databasePath = configuration.databasePath
        options.facts.version = TelemetrydCommand.version
        options.facts.broker = Self.broker(configuration)
        return options
    }

    /// What the page says of the first broker: the address that sensors can reach, and no account.
    private static func broker(_ configuration: Configuration) -> GatewayFacts.Broker? {
        guard let source = configuration.mqtt.sources.first else { return nil }
        let isEmbedded = configuration.broker != nil && configuration.mqtt.sources.count == 1
        let isEverywhere = isEmbedded && ["0.0.0.0", "::"].contains(configuration.broker?.host)
        return GatewayFacts.Broker(
            host: isEverywhere ? nil : source.broker.host,
            port: Int(source.broker.port),
            usesTLS: source.broker.usesTLS,
            hasLogin: source.user != nil,
            topics: source.templates.map(\.description)
        )
    }

    private static func store(_ configuration: Configuration, _ loggers: Loggers) throws -> TelemetryStore {
        var options = TelemetryStore.Configuration(
            databasePath: configuration.databasePath,
            historyPerMachine: configuration.historyPerMachine
        )
        options.units = configuration.readings.units
        options.retention = configuration.retention
        let store = try TelemetryStore(configuration: options, clock: .system, logger: loggers["store"])
        store.alarms.setConfigured(configuration.alarms)
        for expectation in configuration.readings.expectations {
            store.directory.setExpectedInterval(expectation.interval, of: expectation.machine)
        }
        return store
    }
}
