import TelemetryCore

/// Messages of each machine since the last report. A value; the MQTT thread owns it and knows the time.
struct TrafficMeter {
    typealias Instant = ContinuousClock.Instant

    /// Messages per second since the report before.
    struct Rates: Equatable {
        /// By name. At most `Limits.healthMachinesMax`.
        var machines: [(name: String, perSecond: Double)] = []
        /// Those of machines that found no place.
        var othersPerSecond = 0.0
        /// All of them.
        var perSecond = 0.0

        static func == (left: Rates, right: Rates) -> Bool {
            left.machines.elementsEqual(right.machines) { $0 == $1 }
                && left.othersPerSecond == right.othersPerSecond && left.perSecond == right.perSecond
        }
    }

    private let interval: Duration
    private var since: Instant
    private var counts: [MachineID: Int] = [:]
    private var others = 0

    init(now: Instant, interval: Duration) {
        precondition(interval > .zero)
        self.interval = interval
        self.since = now
    }

    /// When the next report is due.
    var deadline: Instant { self.since + self.interval }

    /// Messages of a machine.
    mutating func count(_ machine: MachineID, _ messages: Int = 1) {
        if let count = self.counts[machine] {
            self.counts[machine] = count + messages
        } else if self.counts.count < Limits.healthMachinesMax {
            self.counts[machine] = messages
        } else {
            self.others += messages
        }
    }

    /// What was counted, when it is due; then it counts anew. Machines that were silent are not in it.
    mutating func report(now: Instant) -> Rates? {
        guard now >= self.deadline else { return nil }
        let (seconds, attoseconds) = (now - self.since).components
        let elapsed = Double(seconds) + Double(attoseconds) / 1e18
        func rate(_ count: Int) -> Double { (Double(count) / elapsed * 1000).rounded() / 1000 }
        let machines = self.counts.map { (name: $0.key.name, perSecond: rate($0.value)) }.sorted { $0.name < $1.name }
        let total = self.counts.values.reduce(0, +) + self.others
        let rates = Rates(machines: machines, othersPerSecond: rate(self.others), perSecond: rate(total))
        self.counts.removeAll(keepingCapacity: true)
        self.others = 0
        self.since = now
        return rates
    }
}
