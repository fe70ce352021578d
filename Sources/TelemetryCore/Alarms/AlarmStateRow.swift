import GRDB

/// Alarms as rows of `alarm_state`.
enum AlarmStateRow {
    static func write(_ row: AlarmWriteSet.Row, _ db: Database) throws {
        let (state, episode) = (row.state, row.state.episode)
        let (phase, timer) = self.encoded(state.phase)
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO alarm_state
                (rule, machine, kind, metric, judged, phase, since, timer, timer_value, timer_seq, episode, raised_at,
                 value, seq, acked_by, acked_at, acked_comment, shelved_until, shelved_by, shelved_comment, raises)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            row.id.rule.name, row.id.machine.name, row.kind.rawValue, row.metric?.text, row.judged, phase,
            state.since?.milliseconds, timer?.since.milliseconds, timer?.evidence.value, timer?.evidence.sequence,
            episode?.number, episode?.raisedAt.milliseconds, episode?.evidence.value, episode?.evidence.sequence,
            episode?.acknowledged?.by, episode?.acknowledged?.at.milliseconds, episode?.acknowledged?.comment,
            state.shelf?.until.milliseconds, state.shelf?.by, state.shelf?.comment,
            state.raises.map { String($0.milliseconds) }.joined(separator: ","),
        ])
    }

    static func remove(_ id: Alarm.ID, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM alarm_state WHERE rule = ? AND machine = ?")
            .execute(arguments: [id.rule.name, id.machine.name])
    }

    /// `nil` when the row makes no sense: then the alarm begins anew.
    static func row(_ row: Row) -> AlarmWriteSet.Row? {
        guard let rule = AlarmRule.ID(row["rule"]), let machine = MachineID(row["machine"]),
            let kind = AlarmRule.Kind(rawValue: row["kind"])
        else { return nil }
        let episode = self.episode(row)
        guard let phase = self.phase(row["phase"], episode, self.timer(row)) else { return nil }
        let isNormal =
            switch phase {
            case .normal, .pending: true
            default: false
            }
        let state = AlarmState(
            phase: phase,
            since: self.time(row["since"]),
            last: isNormal ? episode : nil,
            shelf: self.shelf(row),
            raises: (row["raises"] as String).split(separator: ",").prefix(Limits.alarmChatterRaisesMax)
                .compactMap { Int64($0).map(Timestamp.init(milliseconds:)) }
        )
        return AlarmWriteSet.Row(
            id: Alarm.ID(rule: rule, machine: machine),
            kind: kind,
            metric: (row["metric"] as String?).flatMap(MetricName.init),
            judged: row["judged"],
            state: state
        )
    }

    private static func encoded(_ phase: AlarmState.Phase) -> (String, AlarmState.Delay?) {
        switch phase {
        case .normal: ("normal", nil)
        case .pending(let delay): ("pending", delay)
        case .unacknowledged: ("unacknowledged", nil)
        case .acknowledged: ("acknowledged", nil)
        case .clearing(_, let delay): ("clearing", delay)
        case .returned(_, let again): ("returned", again)
        }
    }

    private static func phase(
        _ name: String,
        _ episode: AlarmState.Episode?,
        _ timer: AlarmState.Delay?
    ) -> AlarmState.Phase? {
        switch (name, episode, timer) {
        case ("normal", _, nil): .normal
        case ("pending", _, let timer?): .pending(timer)
        case ("unacknowledged", let episode?, nil): .unacknowledged(episode)
        case ("acknowledged", let episode?, nil): .acknowledged(episode)
        case ("clearing", let episode?, let timer?): .clearing(episode, timer)
        case ("returned", let episode?, let timer): .returned(episode, again: timer)
        default: nil
        }
    }

    private static func episode(_ row: Row) -> AlarmState.Episode? {
        guard let number: Int64 = row["episode"], let raisedAt = self.time(row["raised_at"]) else { return nil }
        var episode = AlarmState.Episode(
            number: number,
            raisedAt: raisedAt,
            evidence: .init(value: row["value"], sequence: row["seq"])
        )
        if let by: String = row["acked_by"], let at = self.time(row["acked_at"]) {
            episode.acknowledged = .init(by: by, at: at, comment: row["acked_comment"] ?? "")
        }
        return episode
    }

    private static func timer(_ row: Row) -> AlarmState.Delay? {
        self.time(row["timer"]).map {
            .init(since: $0, evidence: .init(value: row["timer_value"], sequence: row["timer_seq"]))
        }
    }

    private static func shelf(_ row: Row) -> Alarm.Shelf? {
        guard let until = self.time(row["shelved_until"]), let by: String = row["shelved_by"] else { return nil }
        return .init(until: until, by: by, comment: row["shelved_comment"] ?? "")
    }

    private static func time(_ milliseconds: Int64?) -> Timestamp? {
        milliseconds.map(Timestamp.init(milliseconds:))
    }
}
