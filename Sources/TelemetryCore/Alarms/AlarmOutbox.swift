/// What waits for the disk. A plain value.
struct AlarmOutbox: Sendable {
    /// Something happened to an alarm.
    struct News: Sendable {
        let event: AlarmEvent
        let alarm: Alarm
        /// Shown although the disk refused it.
        var isTold = false
    }

    /// In the order in which it happened; at most `Limits.alarmEventsWaitingMax`.
    private(set) var news: [News] = []
    /// Events that the history will not have: too many waited.
    private(set) var lostEvents = 0
    /// Alarms whose row is not what they are.
    private(set) var dirty: Set<Alarm.ID> = []
    /// Alarms whose row has to go.
    private(set) var gone: Set<Alarm.ID> = []
    private(set) var requests: [AlarmRequest] = []
    /// All that was received before is judged.
    private(set) var judgedUntil: Timestamp
    private var judgedRecorded: Timestamp
    private var recordedAt: Timestamp?

    init(judgedUntil: Timestamp?) {
        self.judgedUntil = judgedUntil ?? Timestamp(milliseconds: .min)
        self.judgedRecorded = self.judgedUntil
    }

    /// Somebody waits for it: not only what is written some time.
    var isPressing: Bool { !self.news.allSatisfy(\.isTold) || !self.requests.isEmpty }

    /// What is written some time is due. True at most once in `Limits.alarmRecordMilliseconds`.
    mutating func isRecordDue(now: Timestamp, isPinning: Bool) -> Bool {
        let hasRows = !self.dirty.isEmpty || !self.gone.isEmpty || !self.news.isEmpty
        guard hasRows || isPinning || self.judgedUntil != self.judgedRecorded else { return false }
        if let recordedAt, (0..<Limits.alarmRecordMilliseconds).contains(now.milliseconds(since: recordedAt)) {
            return false
        }
        self.recordedAt = now
        return true
    }

    mutating func add(_ event: AlarmEvent, _ alarm: Alarm) {
        if self.news.count >= Limits.alarmEventsWaitingMax {
            self.news.removeFirst()
            self.lostEvents += 1
        }
        self.news.append(News(event: event, alarm: alarm))
        self.mark(event.alarm)
    }

    mutating func mark(_ alarm: Alarm.ID) {
        self.dirty.insert(alarm)
        self.gone.remove(alarm)
    }

    mutating func remove(_ alarm: Alarm.ID) {
        self.dirty.remove(alarm)
        self.gone.insert(alarm)
    }

    /// Also back, with our clock: then a start judges more again.
    mutating func judged(until time: Timestamp) {
        self.judgedUntil = time
    }

    /// False: too many wait already.
    mutating func add(_ request: AlarmRequest) -> Bool {
        guard self.requests.count < Limits.alarmRequestsMax else { return false }
        self.requests.append(request)
        return true
    }

    /// These are in the database. Returns those of the news that are not told yet.
    mutating func written(_ writes: AlarmWriteSet) -> [News] {
        let written = self.news.prefix { news in writes.lastNews.map { news.event.id <= $0 } ?? false }
        self.news.removeFirst(written.count)
        self.gone.subtract(writes.gone)
        self.requests.removeFirst(writes.answers.count)
        if let judgedUntil = writes.judgedUntil { self.judgedRecorded = judgedUntil }
        return written.filter { !$0.isTold }
    }

    /// The row is what the alarm is.
    mutating func clean(_ alarm: Alarm.ID) {
        self.dirty.remove(alarm)
    }

    /// The disk refused: whoever waits is told so, and the news are told without it.
    mutating func refused() -> (news: [News], requests: [AlarmRequest]) {
        let untold = self.news.filter { !$0.isTold }
        for index in self.news.indices { self.news[index].isTold = true }
        defer { self.requests = [] }
        return (untold, self.requests)
    }
}
