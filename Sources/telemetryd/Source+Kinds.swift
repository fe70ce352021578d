import Ingest
import SocketGateway

extension Source {
    /// The built-in generator.
    static func simulator(_ simulator: SimulatorSource, machineCount: Int) -> Source {
        Source(
            name: "simulator",
            run: { try await simulator.run() },
            shutdown: { simulator.shutdown() },
            status: {
                let committed = simulator.counters.committed
                var counters = SourceStatus.Counters()
                counters.messages = committed
                counters.committedReadings = committed
                let detail = "\(machineCount) simulated \(machineCount == 1 ? "machine" : "machines")"
                return SourceStatus(name: "simulator", isWorking: true, detail: detail, counters: counters)
            }
        )
    }

    /// A recording. It ends by itself; a gateway whose recordings have ended runs on.
    static func replay(_ name: String, _ replay: ReplaySource) -> Source {
        Source(
            name: name,
            run: { try await replay.run() },
            shutdown: { replay.shutdown() },
            status: {
                let status = replay.status
                var counters = SourceStatus.Counters()
                counters.messages = status.rows
                counters.committedReadings = status.stored
                counters.refused = status.refusedCount
                return SourceStatus(
                    name: name, isWorking: status.failure == nil, detail: status.detail, counters: counters)
            }
        )
    }

    /// One broker.
    static func mqtt(_ name: String, _ mqtt: MQTTSource) -> Source {
        Source(
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
                    name: name, isWorking: status.isConnected, detail: status.detail, since: status.since,
                    counters: counters)
            }
        )
    }
}
