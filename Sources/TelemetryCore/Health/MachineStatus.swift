/// A machine's state with a reason for people.
package struct MachineStatus: Hashable, Sendable {
    package let machine: MachineID
    package let state: MachineState
    /// When it came into this state.
    package let since: Timestamp
    /// One short sentence, such as "no reading for 7 s (expected every 1 s)".
    package let reason: String
    /// Of a change: only that a metric is late, or in time again. That comes and goes.
    package let isLatenessOnly: Bool

    package init(
        machine: MachineID,
        state: MachineState,
        since: Timestamp,
        reason: String,
        isLatenessOnly: Bool = false
    ) {
        self.machine = machine
        self.state = state
        self.since = since
        self.reason = reason
        self.isLatenessOnly = isLatenessOnly
    }
}
