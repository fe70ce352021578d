/// One alarm as people see it: a rule on one machine. A value; it does not change by itself.
package struct Alarm: Hashable, Sendable, Identifiable {
    /// "rule:machine". Neither part may hold a colon.
    package struct ID: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let rule: AlarmRule.ID
        package let machine: MachineID

        package init(rule: AlarmRule.ID, machine: MachineID) {
            self.rule = rule
            self.machine = machine
        }

        /// `nil` for anything but "rule:machine".
        package init?(_ text: String) {
            guard let colon = text.firstIndex(of: ":") else { return nil }
            guard let rule = AlarmRule.ID(String(text[..<colon])),
                let machine = MachineID(String(text[text.index(after: colon)...]))
            else { return nil }
            self.init(rule: rule, machine: machine)
        }

        package var description: String { "\(self.rule.name):\(self.machine.name)" }

        package static func < (left: ID, right: ID) -> Bool {
            (left.rule, left.machine) < (right.rule, right.machine)
        }
    }

    /// What is shown; on-delay and off-delay are within (`AlarmState`).
    package enum State: String, Sendable, CaseIterable {
        case normal
        /// Raised, and nobody has acknowledged it.
        case unacknowledged
        /// Somebody knows; it is still so.
        case acknowledged
        /// It is over, but nobody has acknowledged it (latched).
        case returned
    }

    package struct Acknowledgement: Hashable, Sendable {
        package let by: String
        package let at: Timestamp
        /// May be empty.
        package let comment: String

        package init(by: String, at: Timestamp, comment: String) {
            self.by = by
            self.at = at
            self.comment = comment
        }
    }

    package struct Shelf: Hashable, Sendable {
        package let until: Timestamp
        package let by: String
        /// May be empty.
        package let comment: String

        package init(until: Timestamp, by: String, comment: String) {
            self.until = until
            self.by = by
            self.comment = comment
        }
    }

    package let id: ID
    package let metric: MetricName?
    package let kind: AlarmRule.Kind
    /// `nil` for `stale`.
    package let limit: Double?
    package let priority: AlarmRule.Priority
    package let text: String
    package let action: String
    package let state: State
    /// It is so now (or its off-delay runs).
    package let isActive: Bool
    /// That raised it (per second for `rate`); `nil` when it never was, and for `stale`.
    package let value: Double?
    /// Of the reading that raised it.
    package let sequence: Int64?
    /// In this state.
    package let since: Timestamp?
    package let raisedAt: Timestamp?
    package let acknowledged: Acknowledgement?
    package let shelved: Shelf?
    /// Raises in the last 10 min, as of this value's making.
    package internal(set) var chatter: Int
    /// Number of the present episode, or of the last one; `nil`: it never was raised.
    package let episode: Int64?

    package var rule: AlarmRule.ID { self.id.rule }
    package var machine: MachineID { self.id.machine }
    /// For the list: not normal, or shelved.
    package var isListed: Bool { self.state != .normal || self.shelved != nil }

    /// The most important first, then the newest.
    package static func isListedBefore(_ left: Alarm, _ right: Alarm) -> Bool {
        if left.priority != right.priority { return left.priority > right.priority }
        let (leftTime, rightTime) = (left.raisedAt?.milliseconds ?? .min, right.raisedAt?.milliseconds ?? .min)
        return leftTime == rightTime ? left.id < right.id : leftTime > rightTime
    }
}
