/// What one write brings to the database: all of it, or nothing.
struct AlarmWriteSet: Sendable {
    /// One alarm as it is kept.
    struct Row: Hashable, Sendable {
        let id: Alarm.ID
        let kind: AlarmRule.Kind
        let metric: MetricName?
        let judged: Int64
        let state: AlarmState
    }

    /// What became of a request, if the write succeeds.
    struct Answer: Sendable {
        let request: AlarmRequest
        let outcome: Result<AlarmEvent, AlarmError>
    }

    /// By which the requests are judged.
    let now: Timestamp
    /// First those of the news, in order, then those of the requests.
    var events: [AlarmEvent] = []
    /// Number of the last event that was news.
    var lastNews: Int64?
    var rows: [Row] = []
    var gone: [Alarm.ID] = []
    /// All that was received before is judged, and what came of it is in the database with this write.
    var judgedUntil: Timestamp?
    var answers: [Answer] = []
    var pins = PinWrites()

    var isEmpty: Bool {
        self.events.isEmpty && self.rows.isEmpty && self.gone.isEmpty && self.judgedUntil == nil
            && self.answers.isEmpty && self.pins.isEmpty
    }
}
