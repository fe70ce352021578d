/// The alarms of one machine. A plain value.
struct MachineWatch: Sendable {
    let machine: MachineID
    var order: SourceOrder
    /// By rule.
    private(set) var alarms: [WatchedAlarm] = []
    /// One of them looks at values.
    private(set) var needsReadings = false
    /// One of them looks at silence.
    private(set) var needsSilence = false
    /// The machine's last sequence when it came under watch: what comes after it was heard by us.
    var lastAtStart: Int64

    init(machine: MachineID, order: SourceOrder, lastAtStart: Int64) {
        self.machine = machine
        self.order = order
        self.lastAtStart = lastAtStart
    }

    func index(of rule: AlarmRule.ID) -> Int? {
        self.alarms.firstIndex { $0.rule.id == rule }
    }

    mutating func add(_ alarm: WatchedAlarm) {
        assert(self.index(of: alarm.rule.id) == nil)
        let place = self.alarms.firstIndex { alarm.rule.id < $0.rule.id } ?? self.alarms.endIndex
        self.alarms.insert(alarm, at: place)
        self.noteNeeds()
    }

    mutating func remove(at index: Int) {
        self.alarms.remove(at: index)
        self.noteNeeds()
    }

    /// In place.
    mutating func change<Value>(_ index: Int, _ body: (inout WatchedAlarm) -> Value) -> Value {
        body(&self.alarms[index])
    }

    /// Time may bring something about.
    func isTimed(_ index: Int) -> Bool { self.alarms[index].state.isTimed }

    private mutating func noteNeeds() {
        self.needsReadings = self.alarms.contains { $0.rule.kind.needsMetric }
        self.needsSilence = self.alarms.contains { !$0.rule.kind.needsMetric }
    }
}
