import TelemetryCore

/// A machine that does not exist, with what is wrong with it. The machine itself runs on under its faults, so the same
/// seed gives the same readings again when they are over.
struct SimulatedMachine {
    let id: MachineID
    private let seed: UInt64
    private var model: MachineModel
    /// At most one of each kind, in the order of `SimulatorFault.allCases`.
    private(set) var faults: [ActiveFault] = []
    /// What the last reading would have shown.
    private var last: Metrics?

    init(_ id: MachineID, seed: UInt64) {
        self.id = id
        self.seed = seed
        self.model = MachineModel(name: id.name, seed: seed)
    }

    /// From `begin` to `end`, in seconds since the start. One of the same kind that acts already lasts until the later
    /// of the two ends.
    mutating func add(_ fault: SimulatorFault, begin: Double, end: Double) {
        if let index = self.faults.firstIndex(where: { $0.fault == fault && $0.acts(at: begin) }) {
            self.faults[index].end = max(self.faults[index].end, end)
            return
        }
        self.faults.removeAll { $0.fault == fault }
        let random = SeededRandom(seed: self.seed, name: "\(self.id.name)/\(fault.rawValue)")
        self.faults.append(ActiveFault(fault, begin: begin, end: end, random: random))
        let order = SimulatorFault.allCases
        self.faults.sort { order.firstIndex(of: $0.fault) ?? 0 < order.firstIndex(of: $1.fault) ?? 0 }
    }

    /// Removes those that are not felt any more, and names those that end now or are gone.
    mutating func removeEndedFaults(at time: Double) -> [SimulatorFault] {
        let over = self.faults.filter { $0.isOver(at: time) }.map(\.fault)
        self.faults.removeAll { $0.isOver(at: time) }
        return over
    }

    /// Lets `seconds` pass up to `time` (since the start). None while the connection is gone, several in a burst.
    mutating func readings(at time: Double, seconds: Double, now: Timestamp) -> [Reading] {
        var metrics = self.model.step(seconds: seconds)
        let character = self.model.character
        for index in self.faults.indices {
            self.faults[index].apply(to: &metrics, of: character, at: time, seconds: seconds)
        }
        defer { self.last = metrics }
        if self.isActing(.dropout, at: time) { return [] }
        let ahead = self.isActing(.clockjump, at: time) ? Limits.simulatorClockJump.wholeMilliseconds : 0
        let newest = self.reading(metrics, now.adding(milliseconds: ahead), received: now)
        guard self.isActing(.burst, at: time), let last = self.last else { return [newest] }
        let count = Limits.simulatorBurstReadings
        let earlier = (1..<count).map { place in
            let share = Double(place) / Double(count)
            let milliseconds = ahead - Int64((seconds * 1000 * (1 - share)).rounded())
            let between = Self.between(last, metrics, share)
            return self.reading(between, now.adding(milliseconds: milliseconds), received: now)
        }
        return earlier + [newest]
    }

    private func isActing(_ fault: SimulatorFault, at time: Double) -> Bool {
        self.faults.contains { $0.fault == fault && $0.acts(at: time) }
    }

    private func reading(_ metrics: Metrics, _ timestamp: Timestamp, received: Timestamp) -> Reading {
        Reading(machine: self.id, timestamp: timestamp, received: received, metrics: metrics)
    }

    private static func between(_ first: Metrics, _ second: Metrics, _ share: Double) -> Metrics {
        func value(_ first: Double?, _ second: Double?, _ perUnit: Double) -> Double? {
            guard let first, let second else { return second }
            return ((first + (second - first) * share) * perUnit).rounded() / perUnit
        }
        return Metrics(
            rpm: value(first.rpm, second.rpm, 10),
            torque: value(first.torque, second.torque, 100),
            pressure: value(first.pressure, second.pressure, 1000)
        )
    }
}
