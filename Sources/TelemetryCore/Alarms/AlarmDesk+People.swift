/// What people do to alarms: each returns after its commit, with the alarm as it is then.
extension AlarmDesk {
    /// Somebody knows. Refused when there is nothing to acknowledge, or somebody did already.
    /// - Parameters:
    ///   - by: 1 to `Limits.alarmNameBytesMax` bytes.
    ///   - comment: at most `Limits.alarmTextBytesMax` bytes; may be empty.
    package func acknowledge(_ id: Alarm.ID, by: String, comment: String) async throws(AlarmError) -> Alarm {
        try await self.ask(id, .acknowledge, by: by, comment: comment)
    }

    /// Hides it for a while: 1 s to 24 h. In place of the shelf it is on, if it is on one.
    package func shelve(
        _ id: Alarm.ID,
        for duration: Duration,
        by: String,
        comment: String
    ) async throws(AlarmError) -> Alarm {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, seconds <= Limits.alarmShelveMillisecondsMax / 1000 else { throw Self.badDuration }
        let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        guard (Limits.alarmShelveMillisecondsMin...Limits.alarmShelveMillisecondsMax).contains(milliseconds) else {
            throw Self.badDuration
        }
        return try await self.ask(id, .shelve(milliseconds: milliseconds), by: by, comment: comment)
    }

    /// Refused when it is on no shelf.
    package func unshelve(_ id: Alarm.ID, by: String, comment: String) async throws(AlarmError) -> Alarm {
        try await self.ask(id, .unshelve, by: by, comment: comment)
    }

    private static var badDuration: AlarmError {
        .invalid("an alarm is shelved for 1 second to \(Limits.alarmShelveMillisecondsMax / 3_600_000) hours")
    }

    private func ask(
        _ id: Alarm.ID,
        _ action: AlarmRequest.Action,
        by: String,
        comment: String
    ) async throws(AlarmError) -> Alarm {
        guard (1...Limits.alarmNameBytesMax).contains(by.utf8.count) else {
            throw .invalid("by: 1 to \(Limits.alarmNameBytesMax) bytes")
        }
        guard comment.utf8.count <= Limits.alarmTextBytesMax else {
            throw .invalid("comment: at most \(Limits.alarmTextBytesMax) bytes")
        }
        let result = await withCheckedContinuation { continuation in
            let request = AlarmRequest(id: id, action: action, by: by, comment: comment) { result in
                continuation.resume(returning: result)
            }
            let refusal = self.withBoard { board -> AlarmError? in
                guard board.place(of: id) != nil else { return .notFound("there is no alarm \(id)") }
                return board.outbox.add(request) ? nil : .unavailable("too many requests wait for the database")
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) } else { self.writeIfNeeded() }
        }
        return try result.get()
    }
}
