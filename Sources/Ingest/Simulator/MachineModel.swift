import Glibc
package import TelemetryCore

/// A machine that does not exist: a motor with a load and a hydraulic pump.
///
/// It spins up, then is loaded and unloaded a few times, idles, runs down, stands, and starts again. The load acts on
/// torque and (a little, the motor gives way) on rpm; pressure follows torque with a lag. All that differs between
/// machines comes from seed and name; the same seed gives the same readings, whatever the time of day.
package struct MachineModel: Sendable {
    enum Phase: Hashable, Sendable {
        case spinUp
        case loaded(level: Double)
        case unloaded
        case idle
        case stopped
    }

    /// What a machine is born with.
    struct Character: Hashable, Sendable {
        /// rev/min without load
        let ratedSpeed: Double
        /// N·m at full load
        let ratedTorque: Double
        /// bar that the pump holds at no load, and at full load
        let basePressure: Double
        let fullPressure: Double
        /// Seconds to reach 63 % of a new value.
        let speedLag: Double
        let torqueLag: Double
        let pressureLag: Double
        /// Share of the speed lost at full load.
        let droop: Double
    }

    let character: Character
    private(set) var phase = Phase.spinUp
    private var random: SeededRandom
    /// Seconds left in the phase, and load periods left before the next pause.
    private var remaining: Double
    private var loadsLeft: Int
    /// The true values, without the sensors' noise.
    private var speed = 0.0
    private var torque = 0.0
    private var pressure = 0.0

    package init(name: String, seed: UInt64) {
        var random = SeededRandom(seed: seed, name: name)
        let basePressure = random.uniform(1.8...2.6)
        let character = Character(
            ratedSpeed: (random.uniform(12...30) * 5).rounded() * 10,
            ratedTorque: random.uniform(90...180).rounded(),
            basePressure: basePressure,
            fullPressure: basePressure + random.uniform(3.5...5.5),
            speedLag: random.uniform(1.6...3.2),
            torqueLag: random.uniform(0.5...1.1),
            pressureLag: random.uniform(1.8...3.5),
            droop: random.uniform(0.015...0.045)
        )
        self.character = character
        self.remaining = character.speedLag * 4
        self.loadsLeft = 3
        self.random = random
    }

    /// Lets `seconds` pass and reads the sensors. Rounded as a sensor would: 0.1 rev/min, 0.01 N·m, 0.001 bar.
    package mutating func step(seconds: Double) -> Metrics {
        precondition(seconds > 0)
        self.remaining -= seconds
        if self.remaining <= 0 { self.nextPhase() }
        self.approachTargets(seconds)
        let isTurning = self.speed > self.character.ratedSpeed * 0.005
        return Metrics(
            rpm: Self.rounded(isTurning ? self.speed + self.random.noise() * 1.2 : 0, 10),
            torque: Self.rounded(isTurning ? self.torque + self.random.noise() * 0.35 : 0, 100),
            pressure: Self.rounded(self.pressure + self.random.noise() * 0.012, 1000)
        )
    }

    private mutating func nextPhase() {
        switch self.phase {
        case .spinUp, .unloaded:
            if self.loadsLeft > 0 {
                self.loadsLeft -= 1
                self.enter(.loaded(level: self.random.uniform(0.35...1)), for: 8...30)
            } else {
                self.enter(.idle, for: 10...25)
            }
        case .loaded:
            self.enter(.unloaded, for: 4...12)
        case .idle:
            // Every third pause is a real stop.
            if self.random.uniform(0...3) < 1 {
                self.enter(.stopped, for: 12...25)
            } else {
                self.startCycle()
            }
        case .stopped:
            self.startCycle()
        }
    }

    private mutating func startCycle() {
        self.loadsLeft = 2 + Int(self.random.uniform(0...3.99))
        let spinUp = self.character.speedLag * 4
        self.enter(.spinUp, for: spinUp...(spinUp + 4))
    }

    private mutating func enter(_ phase: Phase, for seconds: ClosedRange<Double>) {
        self.phase = phase
        self.remaining = self.random.uniform(seconds)
    }

    private mutating func approachTargets(_ seconds: Double) {
        let speedTarget: Double
        let load: Double
        switch self.phase {
        case .spinUp: (speedTarget, load) = (1, 0.1)
        case .loaded(let level): (speedTarget, load) = (1 - self.character.droop * level, level)
        case .unloaded: (speedTarget, load) = (1, 0.08)
        case .idle: (speedTarget, load) = (0.4, 0.05)
        case .stopped: (speedTarget, load) = (0, 0)
        }
        let before = self.speed
        Self.approach(&self.speed, speedTarget * self.character.ratedSpeed, self.character.speedLag, seconds)
        // Accelerating the rotor costs torque too, only upwards: braking is done by friction.
        let acceleration = max(0, (self.speed - before) / seconds) / self.character.ratedSpeed
        let torqueTarget = (load + acceleration * 0.9) * self.character.ratedTorque
        Self.approach(&self.torque, torqueTarget, self.character.torqueLag, seconds)
        // A pump that stands still holds no pressure; one that turns holds its base and follows the torque.
        let turning = min(1, self.speed / (0.3 * self.character.ratedSpeed))
        let span = self.character.fullPressure - self.character.basePressure
        let pressureTarget = turning * (self.character.basePressure + span * self.torque / self.character.ratedTorque)
        Self.approach(&self.pressure, pressureTarget, self.character.pressureLag, seconds)
    }

    /// First-order lag, exact for any length of step.
    private static func approach(_ value: inout Double, _ target: Double, _ lag: Double, _ seconds: Double) {
        value += (target - value) * (1 - exp(-seconds / lag))
    }

    /// Never below zero: no sensor of this machine shows that.
    private static func rounded(_ value: Double, _ perUnit: Double) -> Double {
        max(0, (value * perUnit).rounded() / perUnit)
    }
}
