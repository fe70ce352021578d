/// The rules there are: of the page and of the configuration. A plain value.
struct AlarmRules: Sendable {
    struct Entry: Hashable, Sendable {
        let rule: AlarmRule
        /// By our clock: what was received earlier is none of its business.
        let since: Timestamp
    }

    private(set) var page: [AlarmRule.ID: Entry]
    private(set) var configured: [AlarmRule.ID: Entry]
    /// What counts, by name.
    private(set) var all: [Entry] = []
    /// Of these, those that are for any machine.
    private(set) var everywhere: [Entry] = []

    init(page: [Entry] = [], configured: [Entry] = []) {
        self.page = Dictionary(page.map { ($0.rule.id, $0) }) { $1 }
        self.configured = Dictionary(configured.map { ($0.rule.id, $0) }) { $1 }
        self.sort()
    }

    /// What counts under this name: the configuration before the page.
    func entry(_ id: AlarmRule.ID) -> Entry? {
        self.configured[id] ?? self.page[id]
    }

    /// One of them is for this machine.
    func applies(to machine: MachineID) -> Bool {
        !self.everywhere.isEmpty
            || self.page.values.contains { $0.rule.machine == machine }
            || self.configured.values.contains { $0.rule.machine == machine }
    }

    /// As they would be if it were said now.
    func entry(for rule: AlarmRule, now: Timestamp) -> Entry {
        let before = rule.source == .page ? self.page[rule.id] : self.configured[rule.id]
        guard let before, before.rule.judgesAlike(rule), before.rule.isEnabled else {
            return Entry(rule: rule, since: now)
        }
        return Entry(rule: rule, since: before.since)
    }

    /// Why the rule of the page cannot be set.
    func refusal(of rule: AlarmRule) -> AlarmError? {
        guard rule.source == .page else { return .invalid("source: a rule of the configuration is set in its file") }
        if self.configured[rule.id] != nil {
            return .configured("rule \(rule.id) comes from the configuration file and is edited there")
        }
        if self.page[rule.id] == nil, self.page.count + self.configured.count >= Limits.alarmRulesMax {
            return .full("there are \(Limits.alarmRulesMax) rules already; remove one first")
        }
        return nil
    }

    mutating func setPage(_ entry: Entry) {
        self.page[entry.rule.id] = entry
        self.sort()
    }

    mutating func removePage(_ id: AlarmRule.ID) {
        self.page[id] = nil
        self.sort()
    }

    mutating func setConfigured(_ entries: [Entry]) {
        self.configured = Dictionary(entries.map { ($0.rule.id, $0) }) { $1 }
        self.sort()
    }

    private mutating func sort() {
        self.all = self.page.merging(self.configured) { $1 }.values.sorted { $0.rule.id < $1.rule.id }
        self.everywhere = self.all.filter { $0.rule.isEnabled && $0.rule.machine == nil }
    }
}
