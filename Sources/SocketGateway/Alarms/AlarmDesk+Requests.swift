import HTTPTypes
package import TelemetryCore

extension AlarmDesk {
    /// Does what is asked with this alarm; returns after the commit.
    package func perform(_ request: AlarmRequest, on id: Alarm.ID) async throws(AlarmError) -> Alarm {
        switch request.action {
        case .acknowledge:
            return try await self.acknowledge(id, by: request.by, comment: request.comment)
        case .shelve:
            return try await self.shelve(id, for: request.duration, by: request.by, comment: request.comment)
        case .unshelve:
            return try await self.unshelve(id, by: request.by, comment: request.comment)
        }
    }
}

extension Problem {
    /// The problem that says why something about alarms was refused.
    init(_ error: AlarmError) {
        switch error {
        case .invalid(let text): self.init(.badRequest, text)
        case .notFound(let text): self.init(.notFound, text)
        case .configured(let text), .conflict(let text), .full(let text): self.init(.conflict, text)
        case .unavailable(let text):
            self.init(.serviceUnavailable, text, retryAfterSeconds: Limits.retryAfterSeconds)
        }
    }
}

extension ClientError {
    /// The same for a client of Socket.IO.
    init(_ error: AlarmError) {
        switch error {
        case .invalid(let text): self.init(.badRequest, text)
        case .notFound(let text): self.init(.unknownAlarm, text)
        case .configured(let text), .conflict(let text), .full(let text): self.init(.conflict, text)
        case .unavailable(let text): self.init(.unavailable, text)
        }
    }
}
