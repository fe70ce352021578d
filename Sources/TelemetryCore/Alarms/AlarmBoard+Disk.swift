/// What is written, and what follows when it is, or is refused.
extension AlarmBoard {
    /// What to tell, outside the lock.
    struct Told: Sendable {
        var events: [(alarm: Alarm, kind: AlarmEvent.Kind)] = []
        var answers: [(completion: @Sendable (Result<Alarm, AlarmError>) -> Void, result: Result<Alarm, AlarmError>)] =
            []
    }

    /// Something waits that is worth a write now. Asking may start the next interval of what is written some time.
    mutating func needsWrite(now: Timestamp) -> Bool {
        self.outbox.isPressing || self.outbox.isRecordDue(now: now, isPinning: !self.pins.isIdle)
    }

    /// What the next write brings. Writer thread, in its transaction; nothing changes but numbers that are used up,
    /// so it may be asked again when the transaction has to be given up.
    mutating func writes(now: Timestamp) -> AlarmWriteSet {
        var writes = AlarmWriteSet(now: now)
        let news = self.outbox.news.prefix(Limits.alarmRowsPerWrite)
        writes.events = news.map(\.event)
        writes.lastNews = news.last?.event.id
        var changed: [Alarm.ID: WatchedAlarm] = [:]
        for request in self.outbox.requests.prefix(Limits.alarmRowsPerWrite) {
            writes.answers.append(.init(request: request, outcome: self.outcome(of: request, now: now, &changed)))
            if case .success(let event) = writes.answers.last?.outcome { writes.events.append(event) }
        }
        let dirty = self.outbox.dirty.prefix(Limits.alarmRowsPerWrite)
        for id in dirty where changed[id] == nil { changed[id] = self.watched(id) }
        writes.rows = changed.values.map { .init($0) }
        writes.gone = Array(self.outbox.gone.prefix(Limits.alarmRowsPerWrite))
        // Only together with all that came of it.
        if dirty.count == self.outbox.dirty.count, news.count == self.outbox.news.count {
            writes.judgedUntil = self.outbox.judgedUntil
        }
        writes.pins = self.pins.writes(now: now, directory: self.directory)
        return writes
    }

    private mutating func outcome(
        of request: AlarmRequest,
        now: Timestamp,
        _ changed: inout [Alarm.ID: WatchedAlarm]
    ) -> Result<AlarmEvent, AlarmError> {
        guard var alarm = changed[request.id] ?? self.watched(request.id) else {
            return .failure(.notFound("there is no alarm \(request.id)"))
        }
        let outcome = request.apply(to: &alarm, now: now)
        guard case .success(let kind) = outcome else {
            return outcome.flatMap { _ in .failure(.conflict("")) }
        }
        changed[request.id] = alarm
        let comment = request.comment.isEmpty ? nil : request.comment
        return .success(self.event(kind, of: alarm, at: now, by: request.by, comment: comment))
    }

    /// It is in the database: it may be seen, and what was asked for is done.
    mutating func written(_ writes: AlarmWriteSet, _ totals: PinWrites.Totals) -> Told {
        var told = Told()
        for news in self.outbox.written(writes) {
            self.show(news.alarm)
            told.events.append((news.alarm, news.event.kind))
        }
        for answer in writes.answers { self.answer(answer, now: writes.now, &told) }
        for row in writes.rows {
            guard let alarm = self.watched(row.id), alarm.state != row.state else {
                self.outbox.clean(row.id)
                continue
            }
            self.outbox.mark(row.id)
        }
        self.pins.written(writes.pins, totals)
        return told
    }

    /// Now the alarm itself changes. It may have gone on since the write: then it is written once more.
    private mutating func answer(_ answer: AlarmWriteSet.Answer, now: Timestamp, _ told: inout Told) {
        let request = answer.request
        switch answer.outcome {
        case .failure(let error):
            told.answers.append((request.completion, .failure(error)))
        case .success(let event):
            guard let (place, index) = self.place(of: request.id) else {
                told.answers.append((request.completion, .failure(.notFound("there is no alarm \(request.id)"))))
                return
            }
            self.watches.values[place].change(index) { _ = request.apply(to: &$0, now: now) }
            let alarm = self.watches.values[place].alarms[index].alarm(now: now)
            self.show(alarm)
            told.events.append((alarm, event.kind))
            told.answers.append((request.completion, .success(alarm)))
        }
    }

    /// The database takes nothing now. What happened is seen in any case, and written later; what was asked for is not
    /// done.
    mutating func refused(_ error: AlarmError) -> Told {
        let (news, requests) = self.outbox.refused()
        var told = Told()
        for news in news {
            self.show(news.alarm)
            told.events.append((news.alarm, news.event.kind))
        }
        told.answers = requests.map { ($0.completion, .failure(error)) }
        return told
    }
}

extension AlarmWriteSet.Row {
    init(_ alarm: WatchedAlarm) {
        self.init(
            id: alarm.id,
            kind: alarm.rule.kind,
            metric: alarm.rule.metric,
            judged: alarm.judged,
            state: alarm.state
        )
    }
}
