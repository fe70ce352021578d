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
    private let signals: ShutdownSignals
    private let logger: Logger
    private let ready: AsyncStream<SocketAddress>

    /// Opens the database; nothing runs yet.
    init(_ configuration: Configuration, signals: ShutdownSignals) throws {
        self.signals = signals
        let logger = Self.logger(configuration, label: "telemetryd")
        self.logger = logger
        OpenFiles.raiseLimit()
        let directories = try ServedDirectories(configuration, logger: logger)
        let store = try TelemetryStore(
            configuration: .init(
                databasePath: configuration.databasePath,
                historyPerMachine: configuration.historyPerMachine
            ),
            clock: .system,
            logger: Self.logger(configuration, label: "store")
        )
        self.store = store
        let sources = Self.sources(configuration, store: store)
        self.sources = sources
        let (ready, readyContinuation) = AsyncStream.makeStream(of: SocketAddress.self)
        self.ready = ready
        self.gateway = Gateway(
            configuration: .init(
                host: configuration.host,
                port: configuration.port,
                publicDirectory: directories.dashboard,
                vendorDirectory: directories.vendor
            ),
            store: store,
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            clock: .system,
            logger: Self.logger(configuration, label: "gateway"),
            sources: { sources.map { $0.status() } },
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
            try await DaemonLife(
                store: self.store,
                gateway: self.gateway,
                sources: self.sources,
                signals: self.signals,
                ready: self.ready,
                logger: self.logger
            ).run()
        } catch {
            await self.store.stop()
            throw error
        }
    }

    private static func sources(_ configuration: Configuration, store: TelemetryStore) -> [Source] {
        var sources: [Source] = []
        if let simulation = configuration.simulation {
            sources.append(.simulator(simulation, store: store, logger: Self.logger(configuration, label: "simulator")))
        }
        if let mqtt = configuration.mqtt {
            let logger = Self.logger(configuration, label: "mqtt")
            sources.append(.mqtt(mqtt, databasePath: configuration.databasePath, store: store, logger: logger))
        }
        return sources
    }

    private static func logger(_ configuration: Configuration, label: String) -> Logger {
        Logger(label: label) { label in
            StandardErrorLogHandler(label: label, format: configuration.logFormat, level: configuration.logLevel)
        }
    }
}
