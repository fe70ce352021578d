/// One set of values of one machine at one source time.
package struct Reading: Hashable, Sendable {
    package var machine: MachineID
    /// When the source says it was measured.
    package var timestamp: Timestamp
    /// When we got it.
    package var received: Timestamp
    package var metrics: Metrics
    /// An MQTT retained message: the last known value. It fills an empty ring and is nothing else.
    package var isRetained: Bool

    /// A timestamp of `nil` means that the source gave none: the time of receipt stands in.
    package init(
        machine: MachineID,
        timestamp: Timestamp?,
        received: Timestamp,
        metrics: Metrics,
        isRetained: Bool = false
    ) {
        self.machine = machine
        self.timestamp = timestamp ?? received
        self.received = received
        self.metrics = metrics
        self.isRetained = isRetained
    }

    /// The source's clock is more than 60 s ahead of ours (shown as the flag `clock`).
    package var isClockAhead: Bool {
        self.timestamp.milliseconds - self.received.milliseconds > Limits.clockAheadMillisecondsMax
    }
}
