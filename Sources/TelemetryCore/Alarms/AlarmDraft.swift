/// A rule as it comes from JSON or YAML, not checked yet. Delays in seconds.
package struct AlarmDraft: Hashable, Sendable {
    package var rule: String
    /// A machine's name, or `*`.
    package var machine = "*"
    package var metric: String?
    package var kind: String
    package var limit: Double?
    package var deadband: Double = 0
    package var onDelay: Double = 0
    package var offDelay: Double = 0
    package var latch = true
    package var priority = AlarmRule.Priority.medium.rawValue
    package var text = ""
    package var action = ""
    package var enabled = true

    package init(rule: String, kind: String) {
        self.rule = rule
        self.kind = kind
    }

    /// The rule, if all of it makes sense; else `.invalid` with one line that names the member.
    package func rule(source: AlarmRule.Source) throws(AlarmError) -> AlarmRule {
        guard let id = AlarmRule.ID(self.rule) else {
            throw .invalid("rule: 1 to \(Limits.alarmRuleNameBytesMax) of A-Z a-z 0-9 . _ - make a rule's name")
        }
        let kind: AlarmRule.Kind = try Self.named(self.kind, "kind")
        return AlarmRule(
            id: id,
            machine: try self.checkedMachine(),
            metric: try self.checkedMetric(kind),
            kind: kind,
            limit: try self.checkedLimit(kind),
            deadband: try self.checkedDeadband(),
            onDelayMilliseconds: try Self.milliseconds(self.onDelay, "onDelay"),
            offDelayMilliseconds: try Self.milliseconds(self.offDelay, "offDelay"),
            latch: self.latch,
            priority: try Self.named(self.priority, "priority"),
            text: try Self.checked(self.text, "text"),
            action: try Self.checked(self.action, "action"),
            isEnabled: self.enabled,
            source: source
        )
    }

    private func checkedMachine() throws(AlarmError) -> MachineID? {
        if self.machine == "*" { return nil }
        guard let machine = MachineID(self.machine) else {
            throw .invalid("machine: not a machine's name, nor * for all of them")
        }
        return machine
    }

    private func checkedMetric(_ kind: AlarmRule.Kind) throws(AlarmError) -> MetricName? {
        guard kind.needsMetric else {
            if self.metric == nil { return nil }
            throw .invalid("metric: a rule of kind stale looks at the machine, leave it out")
        }
        guard let metric = self.metric.flatMap(MetricName.init) else {
            throw .invalid("metric: a letter and up to 31 of A-Z a-z 0-9 _ make a metric's name")
        }
        return metric
    }

    private func checkedLimit(_ kind: AlarmRule.Kind) throws(AlarmError) -> Double {
        guard kind.needsMetric else {
            if self.limit == nil { return 0 }
            throw .invalid("limit: a rule of kind stale has none, leave it out")
        }
        guard let limit = self.limit, limit.isFinite else { throw .invalid("limit: a number is needed") }
        guard kind != .rate || limit >= 0 else {
            throw .invalid("limit: a rate counts without its sign, 0 or more per second")
        }
        return limit
    }

    private func checkedDeadband() throws(AlarmError) -> Double {
        guard self.deadband.isFinite, self.deadband >= 0 else { throw .invalid("deadband: 0 or more") }
        return self.deadband
    }

    private static func milliseconds(_ seconds: Double, _ member: String) throws(AlarmError) -> Int64 {
        let milliseconds = (seconds * 1000).rounded()
        guard milliseconds >= 0, milliseconds <= Double(Limits.alarmDelayMillisecondsMax) else {
            throw .invalid("\(member): 0 to \(Limits.alarmDelayMillisecondsMax / 1000) seconds")
        }
        return Int64(milliseconds)
    }

    private static func checked(_ text: String, _ member: String) throws(AlarmError) -> String {
        guard text.utf8.count <= Limits.alarmTextBytesMax else {
            throw .invalid("\(member): at most \(Limits.alarmTextBytesMax) bytes")
        }
        return text
    }

    private static func named<Value: RawRepresentable & CaseIterable>(
        _ name: String,
        _ member: String
    ) throws(AlarmError) -> Value where Value.RawValue == String {
        guard let value = Value(rawValue: name) else {
            throw .invalid("\(member): one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }
}
