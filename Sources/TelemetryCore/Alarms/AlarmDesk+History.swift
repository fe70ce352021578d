import GRDB

/// What was.
extension AlarmDesk {
    /// Newest first, at most `limit` (and at most `Limits.alarmEventsPageMax`). The next page: before the last one's
    /// `id`. Throws a `JournalError` when the database cannot be read.
    package func history(
        machine: MachineID?,
        before end: AlarmHistoryEnd?,
        limit: Int
    ) async throws -> [AlarmEvent] {
        try await self.journal.read { db in
            try AlarmEventRow.page(db, machine: machine, before: end, limit: limit)
        }
    }

    /// `nil`: unknown, or its events are no longer kept.
    package func episode(_ number: Int64) async throws -> AlarmEpisode? {
        let events = try await self.journal.read { db in try AlarmEventRow.episode(number, db) }
        guard let raised = events.first(where: { $0.kind == .raised }) else { return nil }
        let now = self.alarm(raised.alarm)
        return AlarmEpisode(
            number: number,
            alarm: now?.episode == number ? now ?? Alarm(past: events, raised) : Alarm(past: events, raised),
            events: events,
            from: raised.at.adding(milliseconds: -Limits.pinBeforeMilliseconds),
            to: raised.at.adding(milliseconds: Limits.pinAfterMilliseconds)
        )
    }

    /// The readings around its raise; `nil`: unknown, or no longer kept. While its window has not ended, what there is
    /// so far.
    package func pinned(episode: Int64) async throws -> PinnedWindow? {
        guard let window = try await self.window(episode) else { return nil }
        var readings: [StoredReading] = []
        var after = window.first - 1
        while true {
            let from = after
            // In steps: a look must be short.
            let step = try await self.journal.read { db in
                try PinRow.readings(
                    of: window.machine,
                    after: from,
                    through: window.last ?? .max,
                    limit: Limits.exportStepReadings,
                    db
                )
            }
            readings += step
            guard let last = step.last?.sequence, step.count == Limits.exportStepReadings else { break }
            after = last
        }
        if window.last == nil { readings += self.notCopied(of: window, after: readings.last?.sequence) }
        return PinnedWindow(
            episode: episode,
            machine: window.machine,
            from: window.from,
            to: window.to,
            isComplete: window.last != nil,
            readings: readings.filter { $0.reading.received <= window.to }
        )
    }

    private struct Window: Sendable {
        let machine: MachineID
        let from: Timestamp
        let to: Timestamp
        let first: Int64
        let last: Int64?
    }

    private func window(_ episode: Int64) async throws -> Window? {
        try await self.journal.read { db in
            let sql = "SELECT machine, from_time, to_time, first_seq, last_seq FROM pin WHERE episode = ?"
            guard let row = try Row.fetchOne(db, sql: sql, arguments: [episode]),
                let machine = MachineID(row["machine"])
            else { return nil }
            return Window(
                machine: machine,
                from: Timestamp(milliseconds: row["from_time"]),
                to: Timestamp(milliseconds: row["to_time"]),
                first: row["first_seq"],
                last: row["last_seq"]
            )
        }
    }

    /// The ring has what comes next.
    private func notCopied(of window: Window, after copied: Int64?) -> [StoredReading] {
        guard let feed = self.withBoard({ $0.directory.feed(window.machine) }) else { return [] }
        return feed.snapshot(since: max(window.first - 1, copied ?? 0), through: nil, limit: nil).readings
    }
}

extension Alarm {
    /// An alarm at the end of an episode, from what the history has of it.
    fileprivate init(past events: [AlarmEvent], _ raised: AlarmEvent) {
        let acknowledged = events.last { $0.kind == .acknowledged }
        self.init(
            id: raised.alarm,
            metric: raised.metric,
            kind: raised.ruleKind,
            limit: raised.limit,
            priority: raised.priority,
            text: raised.text,
            action: raised.action,
            state: .normal,
            isActive: false,
            value: raised.value,
            sequence: nil,
            since: events.last?.at,
            raisedAt: raised.at,
            acknowledged: acknowledged.map { .init(by: $0.by ?? "", at: $0.at, comment: $0.comment ?? "") },
            shelved: nil,
            chatter: 0,
            episode: raised.episode
        )
    }
}
