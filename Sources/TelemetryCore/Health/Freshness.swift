/// How long a silence may be before it means something, from the interval at which something is expected.
enum Freshness {
    /// Milliseconds of silence that make it stale; `unknown` while the interval is not known.
    static func staleAfter(interval: Int64?, unknown: Int64) -> Int64 {
        guard let interval else { return unknown }
        return max(Limits.staleMillisecondsMin, Limits.staleIntervals * interval)
    }

    /// Milliseconds of silence after which nobody waits any more.
    static func offlineAfter(staleAfter: Int64) -> Int64 {
        max(Limits.offlineMillisecondsMin, Limits.offlineStaleTimes * staleAfter)
    }
}
