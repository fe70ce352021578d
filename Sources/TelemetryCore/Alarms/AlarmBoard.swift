/// All alarms in memory. A plain value: no I/O, and time is an argument; the desk guards it.
///
/// Two truths, for a moment: what is judged (`watches`), and what is shown (`shown`). What is judged goes to the
/// database first (`writes`), and is shown once it is there (`written`), or once it is refused (`refused`): an alarm
/// must be seen in any case, and is written when there is room again.
struct AlarmBoard: Sendable {
    typealias Place = Dictionary<MachineID, MachineWatch>.Index

    let directory: MachineDirectory
    var rules: AlarmRules
    var watches: [MachineID: MachineWatch] = [:]
    /// In all watches; at most `Limits.alarmsMax`.
    var alarmCount = 0
    /// Alarms that were not made because there were too many.
    var refusedAlarms = 0
    /// Not normal, or shelved, as far as it may be seen.
    var shown: [Alarm.ID: Alarm] = [:]
    var outbox: AlarmOutbox
    var pins: PinDesk
    var startedAt: Timestamp?
    private var nextEpisode: Int64
    private var nextEvent: Int64

    init(_ record: AlarmRecord, directory: MachineDirectory) {
        self.directory = directory
        self.rules = AlarmRules(page: record.page, configured: record.configured)
        self.nextEpisode = record.nextEpisode
        self.nextEvent = record.nextEvent
        self.outbox = AlarmOutbox(judgedUntil: record.judgedUntil)
        self.pins = PinDesk(readings: record.pinnedReadings, windows: record.pinnedWindows)
    }

    private var isIdle: Bool { self.watches.isEmpty && self.rules.everywhere.isEmpty }

    // MARK: The stream

    /// Writer thread, after the commit. A machine without rules costs one look into a dictionary.
    /// True: so much is to be pinned that it cannot wait for the next tick.
    mutating func judge(_ readings: [StoredReading], now: Timestamp) -> Bool {
        if self.isIdle { return false }
        let (isForAll, isPinning) = (!self.rules.everywhere.isEmpty, !self.pins.isIdle)
        var isUrgent = false
        for stored in readings {
            let machine = stored.reading.machine
            if let place = self.watches.index(forKey: machine) {
                if self.watches.values[place].needsReadings { self.judge(stored, at: place, now: now) }
            } else if isForAll, let place = self.watch(machine, before: stored.sequence) {
                self.judge(stored, at: place, now: now)
            }
            if isPinning, !isUrgent {
                let capacity = self.directory.capacity
                isUrgent = self.pins.isUrgent(machine, last: stored.sequence, capacity: capacity)
            }
        }
        if let last = readings.last { self.outbox.judged(until: last.reading.received) }
        return isUrgent
    }

    /// One reading, in the order of its machine's sequence.
    mutating func judge(_ stored: StoredReading, at place: Place, now: Timestamp) {
        // A back-filled file, or a value that filled an empty ring, says nothing about now.
        if stored.reading.isHistorical || stored.reading.isRetained { return }
        guard let time = self.watches.values[place].order.time(of: stored.reading) else { return }
        for index in self.watches.values[place].alarms.indices {
            let next = self.nextEpisode
            let outcomes = self.watches.values[place].change(index) {
                $0.judge(stored, time: time, nextEpisode: next)
            }
            if outcomes.time != .none { self.note(outcomes.time, at: place, index, now: now) }
            if outcomes.value != .none { self.note(outcomes.value, at: place, index, now: now) }
        }
    }

    /// Once a second: delays, shelves, silence.
    mutating func tick(now: Timestamp) {
        if self.rules.everywhere.contains(where: { !$0.rule.kind.needsMetric }) {
            for feed in self.directory.feeds() where self.watches[feed.machine] == nil {
                _ = self.watch(feed.machine, before: feed.lastSequence + 1)
            }
        }
        for place in self.watches.indices {
            let silence = self.watches.values[place].needsSilence ? self.silence(at: place, now: now) : nil
            for index in self.watches.values[place].alarms.indices {
                if self.watches.values[place].isTimed(index) { self.tick(at: place, index, now: now) }
                if let silence { self.judge(silence, at: place, index, now: now) }
            }
        }
    }

    private mutating func tick(at place: Place, _ index: Int, now: Timestamp) {
        let next = self.nextEpisode
        let due = self.watches.values[place].change(index) { $0.state.shelfDue(now: now) }
        if case .expired(let shelf) = due {
            self.add(.expired, at: place, index, time: now, by: shelf.by, now: now)
        }
        let outcome = self.watches.values[place].change(index) { $0.tick(now: now, nextEpisode: next) }
        self.note(outcome, at: place, index, now: now)
    }

    private mutating func judge(
        _ silence: (isSilent: Bool, last: Int64),
        at place: Place,
        _ index: Int,
        now: Timestamp
    ) {
        guard !self.watches.values[place].alarms[index].rule.kind.needsMetric else { return }
        let next = self.nextEpisode
        let outcome = self.watches.values[place].change(index) {
            $0.judge(isSilent: silence.isSilent, last: silence.last, now: now, nextEpisode: next)
        }
        self.note(outcome, at: place, index, now: now)
    }

    /// `nil`: not known (no reading ever; or the process has just started, and has not heard the machine).
    private func silence(at place: Place, now: Timestamp) -> (isSilent: Bool, last: Int64)? {
        let watch = self.watches.values[place]
        guard let feed = self.directory.feed(watch.machine), let startedAt = self.startedAt else { return nil }
        let presence = feed.presence(now: now)
        let isKnown =
            presence.last > watch.lastAtStart
            || now.milliseconds(since: startedAt) >= Limits.alarmStartMilliseconds
        return isKnown ? (!presence.isLive, presence.last) : nil
    }

    // MARK: What came of it

    private mutating func note(_ outcome: AlarmState.Outcome, at place: Place, _ index: Int, now: Timestamp) {
        switch outcome {
        case .none:
            return
        case .changed:
            self.outbox.mark(self.watches.values[place].alarms[index].id)
        case .raised(let episode):
            self.nextEpisode = max(self.nextEpisode, episode.number + 1)
            self.add(.raised, at: place, index, time: episode.raisedAt, value: episode.evidence.value, now: now)
            self.pin(episode, of: self.watches.values[place].alarms[index])
        case .cleared(_, let time, let value):
            self.add(.cleared, at: place, index, time: time, value: value, now: now)
        }
    }

    private mutating func pin(_ episode: AlarmState.Episode, of alarm: WatchedAlarm) {
        guard alarm.state.shelf == nil, let feed = self.directory.feed(alarm.id.machine) else { return }
        guard alarm.state.chatter(now: episode.raisedAt) <= Limits.pinsPerChatterMax else { return }
        self.pins.open(episode.number, of: alarm.id, raisedAt: episode.raisedAt, from: feed)
    }

    mutating func add(
        _ kind: AlarmEvent.Kind,
        at place: Place,
        _ index: Int,
        time: Timestamp,
        value: Double? = nil,
        by: String? = nil,
        now: Timestamp
    ) {
        let watched = self.watches.values[place].alarms[index]
        self.outbox.add(self.event(kind, of: watched, at: time, value: value, by: by), watched.alarm(now: now))
    }

    /// With the next number.
    mutating func event(
        _ kind: AlarmEvent.Kind,
        of alarm: WatchedAlarm,
        at time: Timestamp,
        value: Double? = nil,
        by: String? = nil,
        comment: String? = nil
    ) -> AlarmEvent {
        defer { self.nextEvent += 1 }
        return AlarmEvent(
            id: self.nextEvent,
            alarm: alarm.id,
            episode: alarm.state.episode?.number,
            kind: kind,
            at: time,
            value: value,
            by: by,
            comment: comment,
            metric: alarm.rule.metric,
            ruleKind: alarm.rule.kind,
            limit: alarm.rule.kind.needsMetric ? alarm.rule.limit : nil,
            priority: alarm.rule.priority,
            text: alarm.rule.text,
            action: alarm.rule.action
        )
    }
}
