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
    /// The source may have sent it before (MQTT's DUP flag, an HTTP request sent again): with a source time, and equal
    /// to a reading that is still in its machine's ring, it is counted and not stored.
    package var isRedelivered: Bool
    /// Measured in the past and sent now (a back-filled file, Sparkplug's `is_historical`): it is stored with the next
    /// sequence, is never the latest, and says nothing about the machine being there.
    package var isHistorical: Bool
    /// `timestamp` came from the source. False: it is the time of receipt.
    package var hasSourceTime: Bool
    /// The units that the source named, at most one per metric; empty for most. The writer converts by them, checks
    /// them against those the machine had before, and empties the list.
    package var units: [MetricUnit]

    /// A timestamp of `nil` means that the source gave none: the time of receipt stands in.
    package init(
        machine: MachineID,
        timestamp: Timestamp?,
        received: Timestamp,
        metrics: Metrics,
        isRetained: Bool = false,
        isRedelivered: Bool = false,
        isHistorical: Bool = false,
        units: [MetricUnit] = []
    ) {
        self.machine = machine
        self.timestamp = timestamp ?? received
        self.received = received
        self.metrics = metrics
        self.isRetained = isRetained
        self.isRedelivered = isRedelivered
        self.isHistorical = isHistorical
        self.hasSourceTime = timestamp != nil
        self.units = units
    }

    /// The source's clock is more than 60 s ahead of ours (shown as the flag `clock`).
    package var isClockAhead: Bool {
        self.timestamp.milliseconds - self.received.milliseconds > Limits.clockAheadMillisecondsMax
    }
}
