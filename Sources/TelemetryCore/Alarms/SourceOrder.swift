/// Tells live readings of one machine from late ones. A plain value.
///
/// A late reading (its source time is before the newest) says what was, not what is: it raises and clears nothing.
/// But a source's clock may be set back, and then every reading looks late: after a minute of nothing else by our
/// clock, they are judged again. Of clocks that are ahead only our own time counts.
struct SourceOrder: Hashable, Sendable {
    /// Of the readings so far; `.min`: none.
    private var newest: Int64
    /// When the last one in order was received.
    private var inOrderAt: Timestamp?

    /// - Parameter newest: in milliseconds; `.min`: not known.
    init(newest: Int64 = .min) {
        self.newest = newest
    }

    /// The time that it counts for, if the reading is live.
    mutating func time(of reading: Reading) -> Timestamp? {
        let time = reading.hasSourceTime && !reading.isClockAhead ? reading.timestamp : reading.received
        if reading.hasSourceTime, !reading.isClockAhead {
            if time.milliseconds < self.newest, !self.hasWaitedLong(reading.received) { return nil }
            self.newest = time.milliseconds
        }
        self.inOrderAt = reading.received
        return time
    }

    /// Nothing in order came for long: the source's clock went back.
    private mutating func hasWaitedLong(_ now: Timestamp) -> Bool {
        guard let inOrderAt = self.inOrderAt, now >= inOrderAt else {
            // The first since the start, or our own clock was set back: the wait begins now.
            self.inOrderAt = now
            return false
        }
        return now.milliseconds(since: inOrderAt) >= Limits.alarmLateMillisecondsMax
    }
}
