/// The health of one machine and of each of its metrics. A plain value: no clock, no lock.
///
/// A machine is live while one of its metrics is: a slow metric (pressure once a minute beside rpm once a second) holds
/// it, but not beyond `Limits.slowMetricMillisecondsMax`, or a machine that died would look alive for an hour.
struct MachineHealth: Sendable {
    private struct Extra {
        let name: MetricName
        var pulse: MetricPulse
    }

    private(set) var staleness: Staleness
    /// Times the machine fell silent beyond its stale limit and came back.
    private(set) var gaps = 0
    private var rpm = MetricPulse()
    private var torque = MetricPulse()
    private var pressure = MetricPulse()
    /// By name, at most `Limits.trackedExtrasMax`.
    private var extras: [Extra] = []
    /// Milliseconds since 1970; `.min`: none.
    private var lastArrival = Int64.min
    /// The readings so far were loaded: who was away in between was not the machine.
    private var isFirstSinceStart = false

    init(knownSince: Timestamp) {
        self.staleness = Staleness(knownSince: knownSince)
    }

    /// A reading is in the ring. Only a fresh one says that the machine is there.
    mutating func arrived(_ reading: Reading) {
        if reading.isHistorical { return }
        if reading.isRetained { return self.remember(reading.metrics) }
        let time = reading.received
        if time.milliseconds < self.lastArrival { self.rewind(to: time) }
        self.lastArrival = time.milliseconds
        self.beat(reading.metrics, at: time)
        let cameBack = self.staleness.readingArrived(at: time, patience: self.patience(now: time))
        if cameBack, !self.isFirstSinceStart { self.gaps += 1 }
        self.isFirstSinceStart = false
    }

    /// All that arrived so far was read from the database: what follows comes after an absence of ours.
    mutating func loaded(gaps: Int) {
        self.gaps = gaps
        self.isFirstSinceStart = true
    }

    /// Last known values that say nothing about the machine being there: something to show.
    mutating func remember(_ metrics: Metrics) {
        if let value = metrics.rpm { self.rpm.remember(value) }
        if let value = metrics.torque { self.torque.remember(value) }
        if let value = metrics.pressure { self.pressure.remember(value) }
        for metric in metrics.extra {
            guard let index = self.index(of: metric.name, hint: 0, now: nil) else { continue }
            self.extras[index].pulse.remember(metric.value)
        }
    }

    mutating func report(_ report: StatusReport) {
        report.apply(to: &self.staleness)
    }

    /// In milliseconds, in place of what is learned; `nil`: learned again.
    mutating func expect(every interval: Int64?) {
        self.staleness.expected = interval
    }

    func verdict(now: Timestamp) -> Staleness.Verdict { self.staleness.verdict(now: now) }

    /// The same without a reason for people.
    func isLive(now: Timestamp) -> Bool { self.staleness.isLive(now: now) }

    /// The standard ones first, then by name; only those that ever had a value.
    func metrics(machine verdict: Staleness.Verdict, now: Timestamp) -> [MetricStatus] {
        var statuses: [MetricStatus] = []
        statuses.reserveCapacity(3 + self.extras.count)
        func add(_ name: MetricName, _ pulse: MetricPulse) {
            if pulse.isKnown { statuses.append(pulse.status(of: name, machine: verdict, now: now)) }
        }
        add(.rpm, self.rpm)
        add(.torque, self.torque)
        add(.pressure, self.pressure)
        for extra in self.extras { add(extra.name, extra.pulse) }
        return statuses
    }

    /// Two numbers that change with the state of a metric; for the second, late is as good as live.
    func metricStates(machine verdict: Staleness.Verdict, now: Timestamp) -> (exact: Int, coarse: Int) {
        var exact = Hasher()
        var coarse = Hasher()
        func add(_ pulse: MetricPulse) {
            guard pulse.isKnown else { return }
            let state = pulse.state(machine: verdict, now: now)
            exact.combine(state)
            coarse.combine(state == .late ? .live : state)
        }
        add(self.rpm)
        add(self.torque)
        add(self.pressure)
        for extra in self.extras { add(extra.pulse) }
        return (exact.finalize(), coarse.finalize())
    }

    private mutating func beat(_ metrics: Metrics, at time: Timestamp) {
        if let value = metrics.rpm { self.rpm.arrived(value, at: time) }
        if let value = metrics.torque { self.torque.arrived(value, at: time) }
        if let value = metrics.pressure { self.pressure.arrived(value, at: time) }
        var hint = 0
        for metric in metrics.extra {
            guard let index = self.index(of: metric.name, hint: hint, now: time) else { continue }
            self.extras[index].pulse.arrived(metric.value, at: time)
            hint = index + 1
        }
    }

    private mutating func rewind(to time: Timestamp) {
        self.rpm.rewind(to: time)
        self.torque.rewind(to: time)
        self.pressure.rewind(to: time)
        for index in self.extras.indices { self.extras[index].pulse.rewind(to: time) }
    }

    private func patience(now: Timestamp) -> Int64 {
        var longest = max(self.rpm.patience(now: now), self.torque.patience(now: now))
        longest = max(longest, self.pressure.patience(now: now))
        for extra in self.extras { longest = max(longest, extra.pulse.patience(now: now)) }
        return min(longest, Limits.slowMetricMillisecondsMax)
    }

    /// Where the metric is, made if it is new. Readings come with the same names in the same order, so the place after
    /// the last one (`hint`) is mostly it. `nil`: there is no room, and none of the others is gone.
    private mutating func index(of name: MetricName, hint: Int, now: Timestamp?) -> Int? {
        if hint < self.extras.count, self.extras[hint].name == name { return hint }
        var place = 0
        while place < self.extras.count, self.extras[place].name < name { place += 1 }
        if place < self.extras.count, self.extras[place].name == name { return place }
        if self.extras.count >= Limits.trackedExtrasMax {
            guard let now, let gone = self.extras.firstIndex(where: { $0.pulse.isGone(now: now) }) else { return nil }
            self.extras.remove(at: gone)
            if gone < place { place -= 1 }
        }
        self.extras.insert(Extra(name: name, pulse: MetricPulse()), at: place)
        return place
    }
}
