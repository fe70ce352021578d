/// One line of the history. Kept as it was: with the texts that the rule had then.
package struct AlarmEvent: Hashable, Sendable, Identifiable {
    package enum Kind: String, Sendable, CaseIterable {
        case raised
        case cleared
        case acknowledged
        case shelved
        case unshelved
        /// The shelf's time was over.
        case expired
        /// Back to normal because its rule was changed, disabled or removed.
        case reset
    }

    /// Its place in the history: larger is later. Never given twice while the history has it.
    package let id: Int64
    package let alarm: Alarm.ID
    /// `nil`: of no episode (shelved before it was ever raised).
    package let episode: Int64?
    package let kind: Kind
    package let at: Timestamp
    /// That raised it, or with which it cleared.
    package let value: Double?
    /// Who acknowledged or shelved.
    package let by: String?
    package let comment: String?
    package let metric: MetricName?
    package let ruleKind: AlarmRule.Kind
    package let limit: Double?
    package let priority: AlarmRule.Priority
    package let text: String
    package let action: String

    package var machine: MachineID { self.alarm.machine }
}

/// Where a page of the history ends: events before it.
package enum AlarmHistoryEnd: Hashable, Sendable {
    /// Before the event with this number (`AlarmEvent.id`).
    case event(Int64)
    /// Earlier than this.
    case time(Timestamp)
}
