import Ingest
import Logging
import SocketGateway
import TelemetryCore

/// All sources of readings that the configuration asks for.
struct Sources {
    private(set) var all: [Source] = []
    /// Nil: nothing is simulated.
    private(set) var simulator: SimulatorControl?

    /// Opens the recordings. Throws a ``StartFailure`` if one cannot be played. Nothing runs yet.
    init(_ configuration: Configuration, store: TelemetryStore, logger: (String) -> Logger) throws {
        if let simulation = configuration.simulation {
            let simulator = SimulatorSource(
                machines: simulation.machines,
                interval: simulation.interval,
                seed: simulation.seed ?? UInt64.random(in: .min ... .max),
                faults: simulation.faults,
                writer: store.writer,
                clock: .system,
                logger: logger("simulator")
            )
            self.all.append(.simulator(simulator, machineCount: simulation.machines.count))
            self.simulator = SimulatorControl(simulator, machines: simulation.machines)
        }
        for options in configuration.replays {
            let name = Self.name("replay", self.all)
            do {
                let replay = ReplaySource(
                    recording: try ReplayRecording(options),
                    writer: store.writer,
                    rejections: store.rejections,
                    clock: .system,
                    logger: logger(name)
                )
                self.all.append(.replay(name, replay))
            } catch {
                throw StartFailure("cannot play \(options.path): \(error)")
            }
        }
        for source in configuration.mqtt.sources {
            let name = Self.name("mqtt", self.all)
            let mqtt = MQTTSource(
                configuration: source,
                writer: store.writer,
                directory: store.directory,
                rejections: store.rejections,
                clock: .system,
                logger: logger(name)
            )
            self.all.append(.mqtt(name, mqtt))
        }
    }

    /// "mqtt", "mqtt2", "mqtt3".
    private static func name(_ kind: String, _ sources: [Source]) -> String {
        let count = sources.count { $0.name.hasPrefix(kind) }
        return count == 0 ? kind : "\(kind)\(count + 1)"
    }
}

extension SimulatorControl {
    /// Faults over HTTP.
    init(_ simulator: SimulatorSource, machines: [MachineID]) {
        let names = SimulatorFault.allCases.map(\.rawValue)
        self.init(faults: names) { machine, fault, duration throws(Refusal) in
            do throws(SimulatorFaultError) {
                let fault = try SimulatorFault(parsing: fault)
                try simulator.inject(fault, machine: machine, duration: duration ?? Limits.simulatorFaultDefault)
            } catch {
                switch error.kind {
                case .unknownMachine: throw .unknownMachine(known: machines.map(\.name))
                case .unknownFault: throw .unknownFault(known: names)
                case .badDuration, .badSchedule, .busy: throw .notNow(error.description)
                }
            }
        }
    }
}
