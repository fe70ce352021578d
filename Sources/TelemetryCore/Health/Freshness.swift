/// How long a silence may be before it means something, from the interval at which something is expected.
enum Freshness {
    /// Milliseconds of silence that make it late; of what is not known to be regular nothing is ever late.
    static func lateAfter(interval: Int64?) -> Int64 {
        guard let interval else { return Limits.staleMillisecondsUnknown }
        return max(Limits.lateMillisecondsMin, interval * 3 / 2)
    }

    /// Milliseconds of silence that make it stale.
    static func staleAfter(interval: Int64?) -> Int64 {
        guard let interval else { return Limits.staleMillisecondsUnknown }
        return max(Limits.staleMillisecondsMin, Limits.staleIntervals * interval)
    }

    /// Milliseconds of silence after which nobody waits any more.
    static func offlineAfter(staleAfter: Int64) -> Int64 {
        max(Limits.offlineMillisecondsMin, Limits.offlineStaleTimes * staleAfter)
    }
}
