/// Something that somebody does to an alarm: done in the database first, then told.
struct AlarmRequest: Sendable {
    enum Action: Hashable, Sendable {
        case acknowledge
        case shelve(milliseconds: Int64)
        case unshelve
    }

    let id: Alarm.ID
    let action: Action
    let by: String
    let comment: String
    let completion: @Sendable (Result<Alarm, AlarmError>) -> Void

    /// What it comes to: the event that it is, or why it is refused. Asked on a copy before the commit, and again on
    /// the alarm itself after it.
    func apply(to alarm: inout WatchedAlarm, now: Timestamp) -> Result<AlarmEvent.Kind, AlarmError> {
        switch self.action {
        case .acknowledge:
            switch alarm.state.acknowledge(.init(by: self.by, at: now, comment: self.comment)) {
            case .acknowledged:
                return .success(.acknowledged)
            case .nothingToAcknowledge:
                return .failure(.conflict("alarm \(self.id) is normal: there is nothing to acknowledge"))
            case .alreadyBy(let before):
                return .failure(
                    .conflict("alarm \(self.id) was acknowledged by \(before.by) at \(before.at.iso8601) already"))
            }
        case .shelve(let milliseconds):
            let until = now.adding(milliseconds: milliseconds)
            alarm.state.shelve(.init(until: until, by: self.by, comment: self.comment))
            return .success(.shelved)
        case .unshelve:
            switch alarm.state.unshelve() {
            case .unshelved: return .success(.unshelved)
            case .notShelved: return .failure(.conflict("alarm \(self.id) is not shelved"))
            }
        }
    }
}
