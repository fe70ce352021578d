/// Whether one metric of a machine is as fresh as it should be.
package enum MetricState: String, Sendable, CaseIterable {
    /// Values come as expected.
    case live
    /// One and a half of its intervals have passed without a value.
    case late
    /// Three of its intervals have passed without a value.
    case stale
    /// Nothing came for long, or the machine is offline.
    case offline
}

/// One metric's newest value and how far it can be trusted.
package struct MetricStatus: Hashable, Sendable {
    package let metric: MetricName
    package let state: MetricState
    /// When it came into this state.
    package let since: Timestamp
    /// The newest one; `nil` when there is none.
    package let value: Double?
    /// One short sentence, such as "no value for 7 s (expected every 1 s)".
    package let reason: String

    package init(metric: MetricName, state: MetricState, since: Timestamp, value: Double?, reason: String = "") {
        self.metric = metric
        self.state = state
        self.since = since
        self.value = value
        self.reason = reason
    }
}
