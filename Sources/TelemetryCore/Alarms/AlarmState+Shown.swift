/// What an alarm is, for those who look.
extension AlarmState {
    /// The episode that is not over, or not acknowledged.
    var open: Episode? {
        switch self.phase {
        case .normal, .pending: nil
        case .unacknowledged(let episode), .acknowledged(let episode), .clearing(let episode, _),
            .returned(let episode, _):
            episode
        }
    }

    /// The open episode, else the last one.
    var episode: Episode? { self.open ?? self.last }

    var shown: Alarm.State {
        switch self.phase {
        case .normal, .pending: .normal
        case .unacknowledged: .unacknowledged
        case .acknowledged: .acknowledged
        case .clearing(let episode, _): episode.acknowledged == nil ? .unacknowledged : .acknowledged
        case .returned: .returned
        }
    }

    var isActive: Bool {
        switch self.phase {
        case .normal, .pending, .returned: false
        case .unacknowledged, .acknowledged, .clearing: true
        }
    }

    /// `tick` or `shelfDue` may bring something about.
    var isTimed: Bool {
        if self.shelf != nil { return true }
        switch self.phase {
        case .normal, .unacknowledged, .acknowledged, .returned(_, again: nil): return false
        case .pending, .clearing, .returned: return true
        }
    }

    /// Raises in the last 10 min. One in the future (our clock was set back) counts.
    func chatter(now: Timestamp) -> Int {
        self.raises.count { now.milliseconds(since: $0) < Limits.alarmChatterMilliseconds }
    }
}
