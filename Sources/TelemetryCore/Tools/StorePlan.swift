/// What a store will take: memory, disk and writes for so many machines at such a rate, before it runs.
package struct StorePlan: Sendable, Equatable {
    package let machines: Int
    /// Of one machine.
    package let readingsPerSecond: Double
    /// N, readings per machine.
    package let keep: Int
    /// Beyond rpm, torque and pressure, in each reading.
    package let extraMetrics: Int
    package let retention: Retention

    /// `machines`, `keep` at least 1, the rate above 0.
    package init(
        machines: Int,
        readingsPerSecond: Double,
        keep: Int,
        extraMetrics: Int = 0,
        retention: Retention = Retention()
    ) {
        precondition(machines >= 1 && keep >= 1 && readingsPerSecond > 0 && extraMetrics >= 0)
        self.machines = machines
        self.readingsPerSecond = readingsPerSecond
        self.keep = keep
        self.extraMetrics = extraMetrics
        self.retention = retention
    }

    /// Readings of one machine in a full ring, by count, age and bytes, whichever comes first.
    package var readingsPerMachine: Int {
        var count = Double(self.keep)
        if let age = self.retention.maxAge {
            count = min(count, (Double(age.components.seconds) * self.readingsPerSecond).rounded(.up))
        }
        if let bytes = self.retention.maxBytes {
            let pages = Double(bytes) / Double(self.machines)
            count = min(count, (pages / self.bytesPerReading).rounded(.down))
        }
        return max(1, Int(min(count, 1e15)))
    }

    /// The database file when all rings are full; the log beside it comes on top (`logBytes`).
    package var fileBytes: Int64 {
        let ring = max(Double(Limits.databasePageBytes), Double(self.readingsPerMachine) * self.bytesPerReading)
        return Int64(min(Double(self.machines) * ring, 1e18)) + 8 * Int64(Limits.databasePageBytes)
    }

    /// The write-ahead log beside it, between checkpoints.
    package var logBytes: Int64 { Int64(Limits.walCheckpointPages * Limits.databasePageBytes) }

    /// The rings in memory.
    package var memoryBytes: Int64 {
        let reading = 40 + self.extraMetrics * 24
        return Int64(min(Double(self.machines) * Double(self.readingsPerMachine) * Double(reading), 1e18))
    }

    /// How far back a full ring reaches.
    package var horizon: Duration { .seconds(Double(self.readingsPerMachine) / self.readingsPerSecond) }

    package var readingsPerDay: Double { Double(self.machines) * self.readingsPerSecond * 86_400 }

    /// To the disk, log and file together, when a commit holds what comes in a second.
    package var bytesWrittenPerDay: Double {
        let perSecond = Double(self.machines) * self.readingsPerSecond
        let pagesPerSecond = min(perSecond, Double(self.machines)) + 1
        return (pagesPerSecond * 2 * Double(Limits.databasePageBytes) + perSecond * self.bytesPerReading) * 86_400
    }

    /// A row in its page: key, times, three metrics, extras, and the room that pages keep free.
    private var bytesPerReading: Double {
        (45 + Double(self.extraMetrics) * 20) * 1.1
    }

    /// For people: a line per figure.
    package var text: String {
        """
        machines            \(self.machines)
        readings kept       \(self.readingsPerMachine) per machine
        """
    }
}
