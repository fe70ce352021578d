/// The life of one alarm, a rule on one machine. A plain value: no I/O, and time is an argument.
///
/// ```
/// normal ── beyond ──► pending ── on-delay ──► unacknowledged ── acknowledge ──► acknowledged
///   ▲                     │                      │        ▲                        │      ▲
///   └───── not beyond ────┘              within  ▼        │ not within     within  ▼      │ not within
///                                              clearing (off-delay) ─────────────────────-┘
///                                                │
///          over and acknowledged, or not latched ┼─► normal
///                over, latched, not acknowledged └─► returned ── acknowledge ──► normal; beyond ──► a new episode
/// ```
///
/// Each delay wants its condition without a break. Between two values the last one counts: silence is no evidence,
/// neither for nor against (a rule of kind `stale` watches the silence; its driver judges it `beyond`). What a delay
/// brings about is dated with the end of the delay, not with the tick that noticed: the readings alone, judged again
/// after a crash, lead to the same.
///
/// A shelf lies beside: it hides the alarm and changes nothing in here.
///
/// Input that looks invalid, of three kinds:
/// - *unreachable*: none; every event is legal in every state. (A value that is not finite is none: `Metrics`.)
/// - *the peer's fault*: to acknowledge what is not there or is acknowledged already, to take off a shelf what is not
///   on one. Answered so, nothing changes.
/// - *silent drop*: a clock that went back behind the begin of a delay: the delay begins anew, so that it cannot last
///   for hours.
struct AlarmState: Hashable, Sendable {
    /// What was seen.
    struct Evidence: Hashable, Sendable {
        var value: Double?
        var sequence: Int64?
    }

    /// One time that it was raised.
    struct Episode: Hashable, Sendable {
        let number: Int64
        let raisedAt: Timestamp
        let evidence: Evidence
        var acknowledged: Alarm.Acknowledgement?
    }

    /// A delay that runs.
    struct Delay: Hashable, Sendable {
        var since: Timestamp
        /// With which it began.
        let evidence: Evidence
    }

    enum Phase: Hashable, Sendable {
        case normal
        /// The on-delay runs.
        case pending(Delay)
        case unacknowledged(Episode)
        case acknowledged(Episode)
        /// The off-delay runs, acknowledged or not.
        case clearing(Episode, Delay)
        /// Over, latched, not acknowledged. The on-delay of the next episode may run.
        case returned(Episode, again: Delay?)
    }

    /// Of time and evidence.
    enum Outcome: Hashable, Sendable {
        case none
        /// A delay began or was broken off: nothing to tell, but to be kept some time.
        case changed
        case raised(Episode)
        /// At that time; what it is now is in `shown`.
        case cleared(Episode, at: Timestamp, value: Double?)
    }

    enum OnAcknowledge: Hashable, Sendable {
        case acknowledged(Episode)
        /// Not raised, or over and gone.
        case nothingToAcknowledge
        case alreadyBy(Alarm.Acknowledgement)
    }

    enum OnUnshelve: Hashable, Sendable {
        case unshelved
        case notShelved
    }

    enum OnShelfDue: Hashable, Sendable {
        case none
        case expired(Alarm.Shelf)
    }

    enum OnRuleChange: Hashable, Sendable {
        case none
        /// It held only because the rule latched.
        case reset(Episode)
    }

    enum OnRuleGone: Hashable, Sendable {
        /// Nobody saw anything of it.
        case none
        /// It was raised, or not acknowledged.
        case reset(Episode)
    }

    /// What the rule says of time.
    struct Timing: Hashable, Sendable {
        let onDelay: Int64
        let offDelay: Int64
        let latch: Bool
    }

    private(set) var phase: Phase
    /// In what is shown (`shown`); `nil`: it never was anything but normal.
    private(set) var since: Timestamp?
    /// While it is normal: the episode before.
    private(set) var last: Episode?
    private(set) var shelf: Alarm.Shelf?
    /// Of the last 10 min, at most `Limits.alarmChatterRaisesMax`, oldest first.
    private(set) var raises: [Timestamp]

    /// As new; or as it was kept.
    init(
        phase: Phase = .normal,
        since: Timestamp? = nil,
        last: Episode? = nil,
        shelf: Alarm.Shelf? = nil,
        raises: [Timestamp] = []
    ) {
        self.phase = phase
        self.since = since
        self.last = last
        self.shelf = shelf
        self.raises = raises
    }

    // MARK: Events

    /// A value arrived and was compared with the limit.
    mutating func judged(
        _ condition: AlarmCondition,
        _ evidence: Evidence,
        now: Timestamp,
        timing: Timing,
        nextEpisode: Int64
    ) -> Outcome {
        switch self.phase {
        case .normal:
            guard condition == .beyond else { return .none }
            if timing.onDelay == 0 { return self.raise(nextEpisode, evidence, at: now) }
            self.phase = .pending(Delay(since: now, evidence: evidence))
            return .changed
        case .pending:
            if condition == .beyond { return self.tick(now: now, timing: timing, nextEpisode: nextEpisode) }
            self.phase = .normal
            return .changed
        case .unacknowledged(let episode), .acknowledged(let episode):
            guard condition == .within else { return .none }
            if timing.offDelay == 0 { return self.clear(episode, at: now, evidence, latch: timing.latch) }
            self.phase = .clearing(episode, Delay(since: now, evidence: evidence))
            return .changed
        case .clearing(let episode, _):
            if condition == .within { return self.tick(now: now, timing: timing, nextEpisode: nextEpisode) }
            self.phase = episode.acknowledged == nil ? .unacknowledged(episode) : .acknowledged(episode)
            return .changed
        case .returned(let episode, let again):
            if condition != .beyond {
                self.phase = .returned(episode, again: nil)
                return again == nil ? .none : .changed
            }
            if again != nil { return self.tick(now: now, timing: timing, nextEpisode: nextEpisode) }
            if timing.onDelay == 0 { return self.raise(nextEpisode, evidence, at: now) }
            self.phase = .returned(episode, again: Delay(since: now, evidence: evidence))
            return .changed
        }
    }

    /// Time went on: the last value still counts.
    mutating func tick(now: Timestamp, timing: Timing, nextEpisode: Int64) -> Outcome {
        switch self.phase {
        case .normal, .unacknowledged, .acknowledged, .returned(_, again: nil):
            return .none
        case .pending(var delay):
            if let end = delay.end(after: timing.onDelay, now: now) {
                return self.raise(nextEpisode, delay.evidence, at: end)
            }
            guard delay.rebase(now: now) else { return .none }
            self.phase = .pending(delay)
            return .changed
        case .clearing(let episode, var delay):
            if let end = delay.end(after: timing.offDelay, now: now) {
                return self.clear(episode, at: end, delay.evidence, latch: timing.latch)
            }
            guard delay.rebase(now: now) else { return .none }
            self.phase = .clearing(episode, delay)
            return .changed
        case .returned(let episode, again: .some(var delay)):
            if let end = delay.end(after: timing.onDelay, now: now) {
                return self.raise(nextEpisode, delay.evidence, at: end)
            }
            guard delay.rebase(now: now) else { return .none }
            self.phase = .returned(episode, again: delay)
            return .changed
        }
    }

    mutating func acknowledge(_ acknowledgement: Alarm.Acknowledgement) -> OnAcknowledge {
        switch self.phase {
        case .normal, .pending:
            return .nothingToAcknowledge
        case .unacknowledged(var episode):
            episode.acknowledged = acknowledgement
            self.phase = .acknowledged(episode)
            self.since = acknowledgement.at
            return .acknowledged(episode)
        case .acknowledged(let episode):
            return episode.acknowledged.map { .alreadyBy($0) } ?? .nothingToAcknowledge
        case .clearing(var episode, let delay):
            if let before = episode.acknowledged { return .alreadyBy(before) }
            episode.acknowledged = acknowledgement
            self.phase = .clearing(episode, delay)
            self.since = acknowledgement.at
            return .acknowledged(episode)
        case .returned(var episode, let again):
            episode.acknowledged = acknowledgement
            self.last = episode
            self.since = acknowledgement.at
            self.phase = again.map { .pending($0) } ?? .normal
            return .acknowledged(episode)
        }
    }

    /// In place of the shelf it is on, if it is on one.
    mutating func shelve(_ shelf: Alarm.Shelf) {
        self.shelf = shelf
    }

    mutating func unshelve() -> OnUnshelve {
        guard self.shelf != nil else { return .notShelved }
        self.shelf = nil
        return .unshelved
    }

    /// Time went on: a shelf never lasts longer than `Limits.alarmShelveMillisecondsMax` from now, even if the clock
    /// was set back.
    mutating func shelfDue(now: Timestamp) -> OnShelfDue {
        guard let shelf = self.shelf else { return .none }
        if shelf.until <= now {
            self.shelf = nil
            return .expired(shelf)
        }
        let longest = now.adding(milliseconds: Limits.alarmShelveMillisecondsMax)
        if shelf.until > longest { self.shelf = Alarm.Shelf(until: longest, by: shelf.by, comment: shelf.comment) }
        return .none
    }

    /// Its rule judges the same thing in another way: what was raised stays, until the next value tells.
    mutating func ruleChanged(_ timing: Timing, now: Timestamp) -> OnRuleChange {
        guard case .returned(let episode, let again) = self.phase, !timing.latch else { return .none }
        self.last = episode
        self.since = now
        self.phase = again.map { .pending($0) } ?? .normal
        return .reset(episode)
    }

    /// Its rule was disabled, removed, or judges something else from now on. The shelf goes with it.
    mutating func ruleGone(now: Timestamp) -> OnRuleGone {
        defer {
            self.phase = .normal
            self.shelf = nil
        }
        guard let episode = self.open else { return .none }
        self.last = episode
        self.since = now
        return .reset(episode)
    }

    // MARK: Transitions

    private mutating func raise(_ number: Int64, _ evidence: Evidence, at time: Timestamp) -> Outcome {
        let episode = Episode(number: number, raisedAt: time, evidence: evidence)
        self.phase = .unacknowledged(episode)
        self.since = time
        self.last = nil
        self.raises.removeAll { time.milliseconds(since: $0) >= Limits.alarmChatterMilliseconds }
        if self.raises.count >= Limits.alarmChatterRaisesMax { self.raises.removeFirst() }
        self.raises.append(time)
        return .raised(episode)
    }

    private mutating func clear(
        _ episode: Episode,
        at time: Timestamp,
        _ evidence: Evidence,
        latch: Bool
    ) -> Outcome {
        if latch, episode.acknowledged == nil {
            self.phase = .returned(episode, again: nil)
        } else {
            self.phase = .normal
            self.last = episode
        }
        self.since = time
        return .cleared(episode, at: time, value: evidence.value)
    }
}

extension AlarmState.Delay {
    /// When it was over, if it is.
    fileprivate func end(after milliseconds: Int64, now: Timestamp) -> Timestamp? {
        let end = self.since.adding(milliseconds: milliseconds)
        return end <= now ? end : nil
    }

    /// True: the clock went back behind its begin.
    fileprivate mutating func rebase(now: Timestamp) -> Bool {
        guard now < self.since else { return false }
        self.since = now
        return true
    }
}
