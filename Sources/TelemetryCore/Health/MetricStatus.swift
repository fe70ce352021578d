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
    /// Milliseconds since the newest fresh value; `nil`: there was none.
    private let silence: Int64?
    /// Milliseconds between values, as learned.
    private let interval: Int64?
    /// Why the machine is offline, and this with it.
    private let machineReason: String?

    package init(
        metric: MetricName,
        state: MetricState,
        since: Timestamp,
        value: Double?,
        silence: Int64? = nil,
        interval: Int64? = nil,
        machineReason: String? = nil
    ) {
        self.metric = metric
        self.state = state
        self.since = since
        self.value = value
        self.silence = silence
        self.interval = interval
        self.machineReason = machineReason
    }

    /// One short sentence, such as "no value for 7 s (expected every 1 s)". Made when asked for: most are never shown.
    package var reason: String {
        if let machineReason { return machineReason }
        guard let silence else { return "only a retained value so far" }
        let expectation = self.interval.map { " (expected every \(DurationText.text(milliseconds: $0)))" } ?? ""
        if self.state == .live { return "receiving\(expectation)" }
        return "no value for \(DurationText.wholeSeconds(milliseconds: silence))\(expectation)"
    }
}
