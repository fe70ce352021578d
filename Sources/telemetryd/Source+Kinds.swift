import Ingest
import Logging
import SocketGateway
import TelemetryCore

extension Source {
    /// The built-in generator.
    static func simulator(_ simulation: SimulationOptions, store: TelemetryStore, logger: Logger) -> Source {
        let simulator = SimulatorSource(
            machines: simulation.machines,
            interval: simulation.interval,
            seed: simulation.seed ?? UInt64.random(in: .min ... .max),
            writer: store.writer,
            clock: .system,
            logger: logger
        )
        let count = simulation.machines.count
        return Source(
            name: "simulator",
            run: { try await simulator.run() },
            shutdown: { simulator.shutdown() },
            status: { SourceStatus(name: "simulator", isWorking: true, detail: "\(count) simulated machines") }
        )
    }

    /// The broker. The session's client id is kept beside the database.
    static func mqtt(_ options: MQTTOptions, databasePath: String, store: TelemetryStore, logger: Logger) -> Source {
        var configuration = MQTTSource.Configuration(
            broker: options.broker, sessionPath: databasePath + ".mqtt-session")
        if !options.topics.isEmpty { configuration.templates = options.topics }
        let mqtt = MQTTSource(
            configuration: configuration,
            writer: store.writer,
            directory: store.directory,
            rejections: store.rejections,
            clock: .system,
            logger: logger
        )
        return Source(
            name: "mqtt",
            run: { try await mqtt.run() },
            shutdown: { mqtt.shutdown() },
            status: {
                let status = mqtt.status
                return SourceStatus(name: "mqtt", isWorking: status.isConnected, detail: status.detail)
            }
        )
    }
}
