/// What follows when rules come, change and go, and which alarms there are.
extension AlarmBoard {
    /// A rule that counts was set, changed or removed (`nil`): the alarms follow.
    mutating func follow(_ id: AlarmRule.ID, to entry: AlarmRules.Entry?, now: Timestamp) {
        for place in self.watches.indices {
            guard let index = self.watches.values[place].index(of: id) else { continue }
            let watched = self.watches.values[place].alarms[index]
            if let rule = entry?.rule, rule.isEnabled, rule.judgesAlike(watched.rule) {
                self.change(to: rule, at: place, index, now: now)
            } else {
                self.reset(at: place, index, now: now)
            }
        }
        guard let entry, entry.rule.isEnabled else { return }
        if let machine = entry.rule.machine {
            _ = self.watch(machine, before: nil)
        } else {
            for place in self.watches.indices { self.add(entry, at: place) }
        }
    }

    private mutating func change(to rule: AlarmRule, at place: Place, _ index: Int, now: Timestamp) {
        let outcome = self.watches.values[place].change(index) { $0.change(to: rule, now: now) }
        if case .reset = outcome { self.add(.reset, at: place, index, time: now, now: now) }
        // Its texts and its priority are others now.
        let alarm = self.watches.values[place].alarms[index].alarm(now: now)
        if self.shown[alarm.id] != nil { self.show(alarm) }
    }

    private mutating func reset(at place: Place, _ index: Int, now: Timestamp) {
        let hadShelf = self.watches.values[place].alarms[index].state.shelf != nil
        let outcome = self.watches.values[place].change(index) { $0.state.ruleGone(now: now) }
        if hadShelf || outcome != .none { self.add(.reset, at: place, index, time: now, now: now) }
        self.outbox.remove(self.watches.values[place].alarms[index].id)
        self.watches.values[place].remove(at: index)
        self.alarmCount -= 1
    }

    /// Where the machine is watched; from now on, if a rule applies to it. `before`: the first sequence that is to be
    /// judged; `nil`: what comes next. `nil`: there is nothing to watch, or no room.
    mutating func watch(_ machine: MachineID, before sequence: Int64?) -> Place? {
        if let place = self.watches.index(forKey: machine) {
            self.addAll(at: place)
            return place
        }
        guard self.rules.applies(to: machine), self.hasRoom else { return nil }
        let feed = self.directory.feed(machine)
        let last = sequence.map { $0 - 1 } ?? feed?.lastSequence ?? 0
        self.watches[machine] = MachineWatch(
            machine: machine,
            order: SourceOrder(newest: feed?.newestSourceTime(through: last) ?? .min),
            lastAtStart: last
        )
        guard let place = self.watches.index(forKey: machine) else { return nil }
        self.addAll(at: place)
        return place
    }

    private mutating func addAll(at place: Place) {
        let machine = self.watches.values[place].machine
        for entry in self.rules.all where entry.rule.applies(to: machine) { self.add(entry, at: place) }
    }

    private mutating func add(_ entry: AlarmRules.Entry, at place: Place) {
        guard self.watches.values[place].index(of: entry.rule.id) == nil, self.hasRoom else { return }
        let machine = self.watches.values[place].machine
        self.watches.values[place].add(WatchedAlarm(entry.rule, on: machine, notBefore: entry.since))
        self.alarmCount += 1
    }

    /// Counts when there is none.
    private var hasRoom: Bool {
        mutating get {
            if self.alarmCount < Limits.alarmsMax { return true }
            self.refusedAlarms += 1
            return false
        }
    }

    /// The alarm, made if it is one that only waits for the machine's next reading. `nil`: no such rule or machine.
    mutating func place(of alarm: Alarm.ID) -> (Place, Int)? {
        guard let entry = self.rules.entry(alarm.rule), entry.rule.applies(to: alarm.machine) else { return nil }
        guard entry.rule.machine != nil || self.directory.feed(alarm.machine) != nil else { return nil }
        guard let place = self.watch(alarm.machine, before: nil) else { return nil }
        return self.watches.values[place].index(of: alarm.rule).map { (place, $0) }
    }

    /// As it is judged; `nil`: there is none (yet).
    func watched(_ alarm: Alarm.ID) -> WatchedAlarm? {
        guard let watch = self.watches[alarm.machine] else { return nil }
        return watch.index(of: alarm.rule).map { watch.alarms[$0] }
    }

    /// It may be seen from now on.
    mutating func show(_ alarm: Alarm) {
        self.shown[alarm.id] = alarm.isListed ? alarm : nil
    }
}
