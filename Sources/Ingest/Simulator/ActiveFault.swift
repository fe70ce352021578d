import Glibc
import TelemetryCore

/// A fault at work on one machine. Times are seconds since the simulator's start.
struct ActiveFault {
    let fault: SimulatorFault
    let begin: Double
    /// From here on it no longer acts (some take a while to recover).
    var end: Double
    /// 0: nothing of it is felt; 1: all of it.
    private var level = 0.0
    private var random: SeededRandom
    /// What the sensors show while they hang.
    private var frozen: Metrics?

    init(_ fault: SimulatorFault, begin: Double, end: Double, random: SeededRandom) {
        self.fault = fault
        self.begin = begin
        self.end = end
        self.random = random
    }

    func acts(at time: Double) -> Bool { time < self.end }

    /// Nothing of it is felt any more.
    func isOver(at time: Double) -> Bool { !self.acts(at: time) && self.level < 0.005 }

    /// Lets `seconds` pass up to `time`, and changes what the sensors show.
    mutating func apply(
        to metrics: inout Metrics, of machine: MachineModel.Character, at time: Double, seconds: Double
    ) {
        switch self.fault {
        case .stall:
            self.approach(at: time, seconds, attack: 0.5, release: 2.5)
            metrics.rpm = metrics.rpm.map { $0 * (1 - self.level) }
            metrics.torque = metrics.torque.map { $0 + self.level * (1.8 * machine.ratedTorque - $0) }
            metrics.pressure = metrics.pressure.map { $0 * (1 - 0.9 * self.level) }
        case .leak:
            self.approach(at: time, seconds, attack: 15, release: 3)
            metrics.pressure = metrics.pressure.map { $0 * (1 - self.level * 5 / 6) }
        case .flatline:
            guard self.acts(at: time) else { break }
            metrics = self.frozen ?? metrics
            self.frozen = metrics
        case .drift:
            guard self.acts(at: time) else { break }
            metrics.torque = metrics.torque.map { $0 * (1 + min(0.6, (time - self.begin) * 0.005)) }
        case .spike:
            guard self.acts(at: time), self.random.uniform(0...5) < 1 else { break }
            self.spike(&metrics, machine)
        case .dropout, .clockjump, .burst:
            break
        }
        metrics.roundAsSensors()
    }

    private mutating func spike(_ metrics: inout Metrics, _ machine: MachineModel.Character) {
        let times = self.random.uniform(3...5)
        switch self.random.next() % 3 {
        case 0: metrics.rpm = machine.ratedSpeed * times
        case 1: metrics.torque = machine.ratedTorque * times
        default: metrics.pressure = machine.fullPressure * times
        }
    }

    private mutating func approach(at time: Double, _ seconds: Double, attack: Double, release: Double) {
        let (target, lag) = self.acts(at: time) ? (1.0, attack) : (0.0, release)
        self.level += (target - self.level) * (1 - exp(-seconds / lag))
    }
}

extension Metrics {
    /// To what the sensors of a simulated machine resolve: 0.1 rev/min, 0.01 N·m, 0.001 bar.
    fileprivate mutating func roundAsSensors() {
        self.rpm = self.rpm.map { ($0 * 10).rounded() / 10 }
        self.torque = self.torque.map { ($0 * 100).rounded() / 100 }
        self.pressure = self.pressure.map { ($0 * 1000).rounded() / 1000 }
    }
}
