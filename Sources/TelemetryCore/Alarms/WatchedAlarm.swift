/// A rule on one machine, at work: what it looks at, and the alarm's state. A plain value.
struct WatchedAlarm: Sendable {
    /// Where in a reading the value is: found once, not with each reading.
    private enum Place: Sendable {
        case rpm
        case torque
        case pressure
        case extra(MetricName)
        case nowhere

        init(_ metric: MetricName?) {
            guard let metric else {
                self = .nowhere
                return
            }
            switch StandardMetric(rawValue: metric.text) {
            case .rpm: self = .rpm
            case .torque: self = .torque
            case .pressure: self = .pressure
            case nil: self = .extra(metric)
            }
        }

        func value(in metrics: Metrics) -> Double? {
            switch self {
            case .rpm: metrics.rpm
            case .torque: metrics.torque
            case .pressure: metrics.pressure
            case .extra(let name): metrics.value(name)
            case .nowhere: nil
            }
        }
    }

    let id: Alarm.ID
    private(set) var rule: AlarmRule
    private let place: Place
    private var check: AlarmCheck
    private(set) var timing: AlarmState.Timing
    private var rate = RateOfChange()
    var state: AlarmState
    /// By our clock: the rule was not there before. Asked at a start only: a clock may be set back.
    let notBefore: Timestamp
    /// The sequence that its state covers.
    private(set) var judged: Int64

    init(
        _ rule: AlarmRule,
        on machine: MachineID,
        state: AlarmState = AlarmState(),
        notBefore: Timestamp,
        judged: Int64 = 0
    ) {
        self.id = Alarm.ID(rule: rule.id, machine: machine)
        self.rule = rule
        self.place = Place(rule.metric)
        self.check = AlarmCheck(kind: rule.kind, limit: rule.limit, deadband: rule.deadband)
        self.timing = AlarmState.Timing(rule)
        self.state = state
        self.notBefore = notBefore
        self.judged = judged
    }

    /// A live reading, in sequence order; `time`: what it counts for (`SourceOrder`). Up to two outcomes: what the time
    /// until then brought about, and the value.
    mutating func judge(
        _ stored: StoredReading,
        time: Timestamp,
        nextEpisode: Int64
    ) -> (time: AlarmState.Outcome, value: AlarmState.Outcome) {
        let now = stored.reading.received
        guard stored.sequence > self.judged, self.rule.kind.needsMetric else { return (.none, .none) }
        self.judged = stored.sequence
        let first =
            self.state.isTimed
            ? self.state.tick(now: now, timing: self.timing, nextEpisode: nextEpisode) : AlarmState.Outcome.none
        guard var value = self.place.value(in: stored.reading.metrics) else { return (first, .none) }
        if self.rule.kind == .rate {
            guard let change = self.rate.change(to: value, at: time) else { return (first, .none) }
            value = change
        }
        let raisedBefore = if case .raised = first { true } else { false }
        let second = self.state.judged(
            self.check.condition(value),
            AlarmState.Evidence(value: value, sequence: stored.sequence),
            now: now,
            timing: self.timing,
            nextEpisode: raisedBefore ? nextEpisode + 1 : nextEpisode
        )
        return (first, second)
    }

    /// Readings up to this sequence are not judged.
    mutating func skip(through sequence: Int64) {
        self.judged = max(self.judged, sequence)
    }

    /// For a rule of kind `stale`.
    mutating func judge(isSilent: Bool, last: Int64, now: Timestamp, nextEpisode: Int64) -> AlarmState.Outcome {
        self.state.judged(
            isSilent ? .beyond : .within,
            AlarmState.Evidence(value: nil, sequence: last),
            now: now,
            timing: self.timing,
            nextEpisode: nextEpisode
        )
    }

    mutating func tick(now: Timestamp, nextEpisode: Int64) -> AlarmState.Outcome {
        self.state.tick(now: now, timing: self.timing, nextEpisode: nextEpisode)
    }

    /// The rule judges the same thing, in another way.
    mutating func change(to rule: AlarmRule, now: Timestamp) -> AlarmState.OnRuleChange {
        assert(rule.judgesAlike(self.rule) && rule.id == self.rule.id)
        self.rule = rule
        self.check = AlarmCheck(kind: rule.kind, limit: rule.limit, deadband: rule.deadband)
        self.timing = AlarmState.Timing(rule)
        return self.state.ruleChanged(self.timing, now: now)
    }

    /// As people see it.
    func alarm(now: Timestamp) -> Alarm {
        let (rule, episode) = (self.rule, self.state.episode)
        return Alarm(
            id: self.id,
            metric: rule.metric,
            kind: rule.kind,
            limit: rule.kind.needsMetric ? rule.limit : nil,
            priority: rule.priority,
            text: rule.text,
            action: rule.action,
            state: self.state.shown,
            isActive: self.state.isActive,
            value: episode?.evidence.value,
            sequence: episode?.evidence.sequence,
            since: self.state.since,
            raisedAt: episode?.raisedAt,
            acknowledged: episode?.acknowledged,
            shelved: self.state.shelf,
            chatter: self.state.chatter(now: now),
            episode: episode?.number
        )
    }
}

extension AlarmState.Timing {
    init(_ rule: AlarmRule) {
        self.init(onDelay: rule.onDelayMilliseconds, offDelay: rule.offDelayMilliseconds, latch: rule.latch)
    }
}
