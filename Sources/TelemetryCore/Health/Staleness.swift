/// Whether one machine is live, stale or offline, as a value: time is an argument, nothing in here looks at a clock.
///
/// What it remembers: when the last fresh reading arrived, how often they come, and what the machine last said of
/// itself. The state follows from these and `now`, so no timer can be forgotten.
///
/// Input that looks invalid, of three kinds:
/// - *unreachable*: none; every event is legal in every state.
/// - *the peer's fault*: none; a report contradicting the readings is overruled by the next of either.
/// - *silent drop*: a repeated report changes nothing (retained messages come again at every reconnect), and a wall
///   clock that went back counts as no time passed.
struct Staleness: Sendable {
    /// What the machine last said of itself on its status topic.
    private enum Report {
        case none
        case online(since: Timestamp)
        case offline(since: Timestamp, reason: String)
    }

    /// State, since when, and why.
    struct Verdict: Equatable, Sendable {
        let state: MachineState
        let since: Timestamp
        let reason: String
    }

    private let knownSince: Timestamp
    private var lastArrival: Timestamp?
    private var liveSince: Timestamp
    private var interval = ArrivalInterval()
    private var report = Report.none
    /// Milliseconds for which a slow metric held the machine at its last reading (`MachineHealth`).
    private var patience: Int64 = 0
    /// Milliseconds between readings by configuration, in place of what is learned.
    var expected: Int64?

    /// The machine came into being at `knownSince` (its first reading, retained or not).
    init(knownSince: Timestamp) {
        self.knownSince = knownSince
        self.liveSince = knownSince
    }

    /// A fresh (not retained, not historical) reading arrived. `patience`: milliseconds from now on in which a silence
    /// of one of its metrics is nothing unusual. True: it ends a silence beyond the stale limit.
    @discardableResult
    mutating func readingArrived(at time: Timestamp, patience: Int64 = 0) -> Bool {
        let cameBack = self.lastArrival.map { time.milliseconds(since: $0) >= self.silenceMax } ?? false
        if case .offline = self.report {
            self.report = .none
            self.liveSince = time
        } else if !self.isLive(now: time) {
            self.liveSince = time
        }
        self.interval.arrived(at: time)
        self.lastArrival = time
        self.patience = patience
        return cameBack
    }

    /// The machine says that it is there. That alone makes it not live: only readings do.
    mutating func reportedOnline(at time: Timestamp) {
        switch self.report {
        case .online:
            return
        case .none:
            self.report = .online(since: time)
        case .offline:
            self.report = .online(since: time)
            self.liveSince = time
        }
    }

    /// The machine, or the broker in its name (last will), says that it is gone.
    mutating func reportedOffline(at time: Timestamp, reason: String) {
        if case .offline = self.report { return }
        self.report = .offline(since: time, reason: reason)
    }

    func verdict(now: Timestamp) -> Verdict {
        if case .offline(let since, let reason) = self.report {
            return Verdict(state: .offline, since: since, reason: reason)
        }
        if self.isLive(now: now) {
            return Verdict(state: .live, since: self.liveSince, reason: "receiving\(self.expectation)")
        }
        let offlineAt = self.lastSign.adding(milliseconds: self.offlineAfter)
        if now >= offlineAt {
            return Verdict(state: .offline, since: offlineAt, reason: self.silence(now: now))
        }
        return Verdict(state: .stale, since: self.staleSince, reason: self.silence(now: now))
    }

    /// Milliseconds without a reading that make the machine stale.
    var staleAfter: Int64 {
        Freshness.staleAfter(interval: self.intervalExpected, unknown: Limits.staleMillisecondsUnknown)
    }

    private var intervalExpected: Int64? { self.expected ?? self.interval.milliseconds }

    /// The same, or for as long as a slow metric holds it. What is configured overrules that.
    private var silenceMax: Int64 {
        self.expected == nil ? max(self.staleAfter, self.patience) : self.staleAfter
    }

    /// Held by a slow metric, it is still stale for a while before it is offline.
    private var offlineAfter: Int64 {
        max(Freshness.offlineAfter(staleAfter: self.staleAfter), 2 * self.silenceMax)
    }

    func isLive(now: Timestamp) -> Bool {
        if case .offline = self.report { return false }
        guard let lastArrival = self.lastArrival else { return false }
        return now.milliseconds(since: lastArrival) < self.silenceMax
    }

    /// The last time anything spoke for the machine being there.
    private var lastSign: Timestamp {
        let sign = self.lastArrival ?? self.knownSince
        if case .online(let since) = self.report { return max(sign, since) }
        return sign
    }

    private var staleSince: Timestamp {
        guard let lastArrival = self.lastArrival else { return self.knownSince }
        let silentSince = lastArrival.adding(milliseconds: self.silenceMax)
        if case .online(let since) = self.report { return max(silentSince, since) }
        return silentSince
    }

    private func silence(now: Timestamp) -> String {
        guard let lastArrival = self.lastArrival else { return "only a retained value so far" }
        let silent = DurationText.wholeSeconds(milliseconds: now.milliseconds(since: lastArrival))
        return "no reading for \(silent)\(self.expectation)"
    }

    private var expectation: String {
        guard let interval = self.intervalExpected else { return "" }
        return " (expected every \(DurationText.text(milliseconds: interval)))"
    }
}
