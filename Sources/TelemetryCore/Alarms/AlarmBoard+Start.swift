/// What happens once, before the first reading: the alarms are as they were, and what was committed but not judged
/// when the process ended is judged now.
extension AlarmBoard {
    mutating func start(_ record: AlarmRecord, now: Timestamp) {
        self.startedAt = now
        self.restore(record, now: now)
        for entry in self.rules.all where entry.rule.isEnabled {
            if let machine = entry.rule.machine { _ = self.watch(machine, before: nil) }
        }
        for pin in record.openPins { self.pins.resume(pin.open, of: pin.machine, copied: pin.copied) }
        self.judgeAgain(record, now: now)
        for place in self.watches.indices {
            let last = self.directory.feed(self.watches.values[place].machine)?.lastSequence ?? 0
            self.watches.values[place].lastAtStart = last
        }
    }

    /// A row whose rule is gone, or judges something else now, is an alarm that nobody can see any more.
    private mutating func restore(_ record: AlarmRecord, now: Timestamp) {
        for row in record.rows {
            let entry = self.rules.entry(row.id.rule)
            guard let entry, entry.rule.applies(to: row.id.machine), entry.rule.kind == row.kind,
                entry.rule.metric == row.metric
            else {
                self.forget(row, entry ?? record.entry(row.id.rule), now: now)
                continue
            }
            guard let place = self.watch(row.id.machine, before: nil),
                let index = self.watches.values[place].index(of: row.id.rule)
            else { continue }
            let alarm = WatchedAlarm(
                entry.rule,
                on: row.id.machine,
                state: row.state,
                notBefore: entry.since,
                judged: row.judged
            )
            let outcome = self.watches.values[place].change(index) { watched in
                watched = alarm
                return watched.change(to: entry.rule, now: now)
            }
            if case .reset = outcome { self.add(.reset, at: place, index, time: now, now: now) }
            self.show(self.watches.values[place].alarms[index].alarm(now: now))
        }
    }

    private mutating func forget(_ row: AlarmWriteSet.Row, _ entry: AlarmRules.Entry?, now: Timestamp) {
        var state = row.state
        if let entry, case .reset = state.ruleGone(now: now) {
            let alarm = WatchedAlarm(entry.rule, on: row.id.machine, state: state, notBefore: entry.since)
            self.outbox.add(self.event(.reset, of: alarm, at: now), alarm.alarm(now: now))
        }
        self.outbox.remove(row.id)
    }

    /// Each alarm skips what its state covers, so judging twice does no harm: what was received a while before counts
    /// as not judged, because readings wait in a queue, and clocks are set back.
    private mutating func judgeAgain(_ record: AlarmRecord, now: Timestamp) {
        guard let oldest = self.rules.all.map(\.since).min() else { return }
        let begin = (record.judgedUntil ?? oldest).adding(milliseconds: -Limits.alarmReplayMilliseconds)
        for feed in self.directory.feeds() {
            let judged = feed.sequence(receivedBefore: begin, limit: .max)
            guard feed.lastSequence > judged, let place = self.watch(feed.machine, before: judged + 1) else { continue }
            self.watches.values[place].order = SourceOrder(newest: feed.newestSourceTime(through: judged))
            let unjudged = Int(feed.lastSequence - judged)
            for index in self.watches.values[place].alarms.indices {
                self.watches.values[place].change(index) { alarm in
                    // What was received before there was the rule is none of its business. (One that was ever raised
                    // knows exactly what it has judged.)
                    if alarm.judged > 0 { return }
                    alarm.skip(through: feed.sequence(receivedBefore: alarm.notBefore, limit: unjudged))
                }
            }
            for stored in feed.snapshot(since: judged, through: nil, limit: nil).readings {
                // The ring in memory does not know that this value was a retained one.
                if stored.sequence == 1, record.retained.contains(feed.machine) { continue }
                self.judge(stored, at: place, now: now)
                self.outbox.judged(until: stored.reading.received)
            }
        }
    }
}
