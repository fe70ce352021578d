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
            status: {
                let committed = simulator.counters.committed
                var counters = SourceStatus.Counters()
                counters.messages = committed
                counters.committedReadings = committed
                return SourceStatus(
                    name: "simulator", isWorking: true, detail: "\(count) simulated machines", counters: counters)
            }
        )
    }

    /// One broker.
    static func mqtt(_ name: String, _ configuration: MQTTSource.Configuration, store: TelemetryStore, logger: Logger)
        -> Source
    {
        let mqtt = MQTTSource(
            configuration: configuration,
            writer: store.writer,
            directory: store.directory,
            rejections: store.rejections,
            clock: .system,
            logger: logger
        )
        return Source(
            name: name,
            run: { try await mqtt.run() },
            shutdown: { mqtt.shutdown() },
            status: {
                let status = mqtt.status
                var counters = SourceStatus.Counters()
                counters.messages = status.messages
                counters.bytes = status.bytes
                counters.committedReadings = status.committedReadings
                counters.refused = status.refused
                counters.reconnects = status.reconnects
                return SourceStatus(
                    name: name, isWorking: status.isConnected, detail: status.detail, counters: counters)
            }
        )
    }
}
