/// How fast a metric changes, from one reading to the next. A plain value.
///
/// By the source's time: what stood in a queue and comes in one burst did not change faster for it. The caller leaves
/// out late readings; two at the same time have no rate, and over a long gap there is none that means anything.
struct RateOfChange: Hashable, Sendable {
    private struct Base: Hashable, Sendable {
        let time: Timestamp
        let value: Double
    }

    private var base: Base?

    init() {}

    /// Per second, without its sign; `nil`: not known from this value.
    mutating func change(to value: Double, at time: Timestamp) -> Double? {
        guard let base = self.base else {
            self.base = Base(time: time, value: value)
            return nil
        }
        let milliseconds = time.milliseconds(since: base.time)
        // The same time twice: the first stays, so that the next is compared over a time that passed.
        if milliseconds == 0 { return nil }
        self.base = Base(time: time, value: value)
        // Back in time: the source's clock was set; begin anew.
        guard milliseconds > 0, milliseconds <= Limits.alarmRateGapMillisecondsMax else { return nil }
        let change = (value - base.value).magnitude / Double(milliseconds) * 1000
        return min(change, .greatestFiniteMagnitude)
    }
}
