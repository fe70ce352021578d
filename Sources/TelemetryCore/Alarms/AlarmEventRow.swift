import GRDB

/// The history as rows of `alarm_event`.
enum AlarmEventRow {
    static func write(_ event: AlarmEvent, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO alarm_event
                (id, rule, machine, episode, event, at, value, by, comment, metric, kind, threshold, priority, text,
                 action)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            event.id, event.alarm.rule.name, event.alarm.machine.name, event.episode, event.kind.rawValue,
            event.at.milliseconds, event.value, event.by, event.comment, event.metric?.text, event.ruleKind.rawValue,
            event.limit, event.priority.rawValue, event.text, event.action,
        ])
    }

    /// The oldest beyond the bound go.
    static func prune(last: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM alarm_event WHERE id <= ?")
            .execute(arguments: [last - Int64(Limits.alarmEventsMax)])
    }

    /// Newest first.
    static func page(
        _ db: Database,
        machine: MachineID?,
        before end: AlarmHistoryEnd?,
        limit: Int
    ) throws -> [AlarmEvent] {
        var (conditions, arguments): ([String], StatementArguments) = ([], [])
        if let machine {
            conditions.append("machine = ?")
            arguments += [machine.name]
        }
        switch end {
        case nil: break
        case .event(let id):
            conditions.append("id < ?")
            arguments += [id]
        case .time(let time):
            conditions.append("at < ?")
            arguments += [time.milliseconds]
        }
        arguments += [max(0, min(limit, Limits.alarmEventsPageMax))]
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try Row.fetchAll(
            db,
            sql: "SELECT * FROM alarm_event \(filter) ORDER BY id DESC LIMIT ?",
            arguments: arguments
        ).compactMap(self.event)
    }

    /// Oldest first, at most a page.
    static func episode(_ number: Int64, _ db: Database) throws -> [AlarmEvent] {
        try Row.fetchAll(
            db,
            sql: "SELECT * FROM alarm_event WHERE episode = ? ORDER BY id LIMIT ?",
            arguments: [number, Limits.alarmEventsPageMax]
        ).compactMap(self.event)
    }

    /// `nil` when the row makes no sense.
    private static func event(_ row: Row) -> AlarmEvent? {
        guard let rule = AlarmRule.ID(row["rule"]), let machine = MachineID(row["machine"]),
            let kind = AlarmEvent.Kind(rawValue: row["event"]), let ruleKind = AlarmRule.Kind(rawValue: row["kind"]),
            let priority = AlarmRule.Priority(rawValue: row["priority"])
        else { return nil }
        return AlarmEvent(
            id: row["id"],
            alarm: Alarm.ID(rule: rule, machine: machine),
            episode: row["episode"],
            kind: kind,
            at: Timestamp(milliseconds: row["at"]),
            value: row["value"],
            by: row["by"],
            comment: row["comment"],
            metric: (row["metric"] as String?).flatMap(MetricName.init),
            ruleKind: ruleKind,
            limit: row["threshold"],
            priority: priority,
            text: row["text"],
            action: row["action"]
        )
    }
}
