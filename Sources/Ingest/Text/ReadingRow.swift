import TelemetryCore

/// What one line of a table or of line protocol says, before it is known whether it may become a reading.
struct ReadingRow {
    /// nil: the line names none.
    var machine: MachineID?
    /// nil: the line gives none.
    var timestamp: Timestamp?
    var metrics = Metrics()
    var units: [MetricUnit] = []
    /// Why it is no reading. Machine and time may be known all the same.
    var refusal: ReadingMembers.Refusal?
    /// The first thing that might have been meant as a metric; told only when nothing else was one.
    private var nearMiss: ReadingMembers.Refusal?

    /// The first refusal is the one that is told.
    mutating func refuse(_ reason: RejectionReason, _ remedy: String) {
        if self.refusal == nil { self.refusal = ReadingMembers.Refusal(reason: reason, remedy: remedy) }
    }

    mutating func miss(_ reason: RejectionReason, _ remedy: String) {
        if self.nearMiss == nil { self.nearMiss = ReadingMembers.Refusal(reason: reason, remedy: remedy) }
    }

    /// A finite number for a metric; refuses the row when it is not finite or there is no room.
    mutating func set(_ name: MetricName, _ number: Double) {
        guard number.isFinite else {
            return self.refuse(.notFinite, "`\(name)` is beyond the range of a double; leave out what is not known")
        }
        guard self.metrics.hasRoom(for: name) else {
            let limit = TelemetryCore.Limits.extraMetricsMax
            return self.refuse(.tooManyMetrics, "more than \(limit) metrics besides rpm, torque and pressure")
        }
        self.metrics.set(name, number)
    }

    /// To be called when all of the line was read: a row without a metric is none.
    mutating func finish() {
        guard self.refusal == nil, self.metrics.isEmpty else { return }
        self.refusal =
            self.nearMiss ?? ReadingMembers.Refusal(reason: .noNumber, remedy: "no number on this line")
    }

    /// Of a row that has no refusal.
    func reading(of machine: MachineID, received: Timestamp) -> Reading {
        Reading(
            machine: machine, timestamp: self.timestamp, received: received, metrics: self.metrics, units: self.units)
    }
}
