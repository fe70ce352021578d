import GRDB

/// Rules as rows of `alarm_rule`.
enum AlarmRuleRow {
    static func write(_ entry: AlarmRules.Entry, _ db: Database) throws {
        let rule = entry.rule
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO alarm_rule
                (name, source, machine, metric, kind, threshold, deadband, on_delay, off_delay, latch, priority, text,
                 action, enabled, since)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            rule.id.name, rule.source.rawValue, rule.machine?.name, rule.metric?.text, rule.kind.rawValue, rule.limit,
            rule.deadband, rule.onDelayMilliseconds, rule.offDelayMilliseconds, rule.latch, rule.priority.rawValue,
            rule.text, rule.action, rule.isEnabled, entry.since.milliseconds,
        ])
    }

    static func remove(_ id: AlarmRule.ID, _ source: AlarmRule.Source, _ db: Database) throws {
        try db.execute(
            sql: "DELETE FROM alarm_rule WHERE name = ? AND source = ?",
            arguments: [id.name, source.rawValue]
        )
    }

    static func removeAll(_ source: AlarmRule.Source, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM alarm_rule WHERE source = ?", arguments: [source.rawValue])
    }

    /// `nil` when the row makes no sense: then the rule is as good as not there.
    static func entry(_ row: Row) -> AlarmRules.Entry? {
        guard let source = AlarmRule.Source(rawValue: row["source"]) else { return nil }
        var draft = AlarmDraft(rule: row["name"], kind: row["kind"])
        draft.machine = row["machine"] ?? "*"
        draft.metric = row["metric"]
        draft.limit = draft.metric == nil ? nil : row["threshold"]
        draft.deadband = row["deadband"]
        draft.onDelay = Double(row["on_delay"] as Int64) / 1000
        draft.offDelay = Double(row["off_delay"] as Int64) / 1000
        draft.latch = row["latch"]
        draft.priority = row["priority"]
        draft.text = row["text"]
        draft.action = row["action"]
        draft.enabled = row["enabled"]
        guard let rule = try? draft.rule(source: source) else { return nil }
        return AlarmRules.Entry(rule: rule, since: Timestamp(milliseconds: row["since"]))
    }
}
