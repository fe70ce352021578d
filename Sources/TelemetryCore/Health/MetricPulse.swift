/// One metric of one machine: its newest value, and whether values come as often as they did. A plain value; 72 bytes.
struct MetricPulse: Sendable {
    /// NaN: no value yet (no stored metric is NaN).
    private(set) var value = Double.nan
    /// Milliseconds since 1970; `.min`: no fresh value yet.
    private var lastArrival = Int64.min
    private var liveSince = Int64.min
    private var interval = ArrivalInterval()

    var isKnown: Bool { !self.value.isNaN }

    /// A fresh value arrived.
    mutating func arrived(_ value: Double, at time: Timestamp) {
        let silence = self.lastArrival == .min ? .max : time.milliseconds - self.lastArrival
        if silence >= self.staleAfter { self.liveSince = time.milliseconds }
        self.interval.arrived(at: time)
        self.lastArrival = time.milliseconds
        self.value = value
    }

    /// The last known value, of a retained message: something to show until a fresh one comes.
    mutating func remember(_ value: Double) {
        if !self.isKnown { self.value = value }
    }

    /// The wall clock went back to `time`: nothing can have arrived later than that.
    mutating func rewind(to time: Timestamp) {
        self.lastArrival = min(self.lastArrival, time.milliseconds)
    }

    /// Milliseconds from `now` on in which a silence of this metric would still be nothing unusual; 0 when its interval
    /// is not known.
    func patience(now: Timestamp) -> Int64 {
        guard self.lastArrival != .min, self.interval.milliseconds != nil else { return 0 }
        return self.lastArrival + self.staleAfter - now.milliseconds
    }

    /// Silent for so long that nobody waits any more.
    func isGone(now: Timestamp) -> Bool {
        self.lastArrival == .min || now.milliseconds - self.lastArrival >= self.offlineAfter
    }

    /// Never fresher than its machine.
    func status(of metric: MetricName, machine: Staleness.Verdict, now: Timestamp) -> MetricStatus {
        let (state, since) = self.verdict(machine: machine, now: now)
        return MetricStatus(
            metric: metric,
            state: state,
            since: since,
            value: self.isKnown ? self.value : nil,
            silence: self.lastArrival == .min ? nil : max(0, now.milliseconds - self.lastArrival),
            interval: self.interval.milliseconds,
            machineReason: machine.state == .offline ? machine.reason : nil
        )
    }

    /// The same, when only the state matters.
    func state(machine: Staleness.Verdict, now: Timestamp) -> MetricState {
        self.verdict(machine: machine, now: now).0
    }

    private func verdict(machine: Staleness.Verdict, now: Timestamp) -> (MetricState, since: Timestamp) {
        if machine.state == .offline { return (.offline, machine.since) }
        if self.lastArrival == .min { return (.stale, machine.since) }
        let silence = now.milliseconds - self.lastArrival
        func since(_ delay: Int64) -> Timestamp { Timestamp(milliseconds: self.lastArrival + delay) }
        if silence >= self.offlineAfter { return (.offline, since(self.offlineAfter)) }
        if silence >= self.staleAfter { return (.stale, since(self.staleAfter)) }
        if machine.state == .stale { return (.stale, machine.since) }
        if silence >= self.lateAfter { return (.late, since(self.lateAfter)) }
        return (.live, Timestamp(milliseconds: self.liveSince))
    }

    /// Of what is not known to be regular nothing is ever late.
    private var lateAfter: Int64 {
        self.interval.milliseconds.map { max(Limits.lateMillisecondsMin, $0 * 3 / 2) } ?? self.staleAfter
    }

    private var staleAfter: Int64 {
        Freshness.staleAfter(interval: self.interval.milliseconds, unknown: Limits.metricStaleMillisecondsUnknown)
    }

    private var offlineAfter: Int64 { Freshness.offlineAfter(staleAfter: self.staleAfter) }
}
