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

    /// What ends a ring first.
    package enum Bound: String, Sendable {
        case count, age, bytes
    }

    package var bound: Bound {
        let (count, age, bytes) = (Double(self.keep), self.readingsByAge, self.readingsByBytes)
        if bytes < min(count, age) { return .bytes }
        return age < count ? .age : .count
    }

    /// Of one machine in a full ring, by count, age and bytes, whichever comes first; at least 1.
    package var readingsPerMachine: Int {
        Int(max(1, Self.whole(min(Double(self.keep), self.readingsByAge, self.readingsByBytes))))
    }

    /// The database file when all rings are full; the log beside it comes on top (`logBytes`).
    package var fileBytes: Int64 {
        let rings = Double(self.machines) * Double(self.readingsPerMachine) * self.bytesPerReading
        return Self.whole(rings + self.bytesBesideRings)
    }

    /// The write-ahead log between checkpoints. A commit of thousands of machines may take it to 32 MiB for a moment.
    package var logBytes: Int64 { Int64(Limits.walCheckpointPages * Limits.databasePageBytes) }

    /// The rings in memory (`ReadingRing`).
    package var memoryBytes: Int64 {
        let reading = 40 + Double(self.extraMetrics) * Self.memoryBytesPerExtra
        return Self.whole(Double(self.machines) * (Double(self.readingsPerMachine) * reading + 1_024))
    }

    /// How far back a full ring reaches.
    package var horizon: Duration { .seconds(Double(self.readingsPerMachine) / self.readingsPerSecond) }

    package var readingsPerDay: Int64 { Self.whole(self.readingsPerSecondInAll * 86_400) }

    /// To the disk, log and file together. A commit takes what has come during the one before, so the faster they come
    /// the more share one.
    package var bytesWrittenPerDay: Int64 {
        let commits = min(self.readingsPerSecondInAll, Self.commitsPerSecondMax)
        let pagesPerCommit = max(1, min(Double(self.machines), self.readingsPerSecondInAll / commits))
        let logPages = commits * pagesPerCommit
        // Of a ring whose pages were written many times between two checkpoints the file gets each once.
        let checkpoints = logPages / Double(Limits.walCheckpointPages)
        let readings = self.readingsPerSecondInAll / checkpoints / Double(self.machines)
        let ringPages = Double(self.machines) * max(1, readings * self.bytesPerReading / self.pageBytes)
        let filePages = checkpoints * min(ringPages, Double(Limits.walCheckpointPages))
        return Self.whole((logPages + filePages) * self.pageBytes * 86_400)
    }

    /// For people: a line per figure.
    package var text: String {
        let ring = Self.whole(Double(self.readingsPerMachine) * self.bytesPerReading)
        let end =
            switch self.bound {
            case .count: "by count"
            case .age: "by age"
            case .bytes: "by the size of the file"
            }
        return """
            load       \(self.machines) machines x \(Self.text(self.readingsPerSecond)) readings/s = \
            \(Self.text(self.readingsPerDay)) readings a day
            ring       \(Self.text(Int64(self.readingsPerMachine))) readings per machine \
            (\(end)), \(ByteText.text(ring))
            horizon    \(DurationText.text(milliseconds: self.horizonMilliseconds))
            database   \(ByteText.text(self.fileBytes)), and \(ByteText.text(self.logBytes)) of log beside it
            memory     \(ByteText.text(self.memoryBytes)) for the rings
            writes     about \(ByteText.text(self.bytesWrittenPerDay)) to the disk a day
            """
    }

    private var readingsPerSecondInAll: Double { Double(self.machines) * self.readingsPerSecond }

    private var pageBytes: Double { Double(Limits.databasePageBytes) }

    private var readingsByAge: Double {
        guard let age = self.retention.maxAge else { return .infinity }
        return (Double(age.components.seconds) * self.readingsPerSecond).rounded(.up)
    }

    private var readingsByBytes: Double {
        guard let bytes = self.retention.maxBytes else { return .infinity }
        return ((Double(bytes) - self.bytesBesideRings) / Double(self.machines) / self.bytesPerReading).rounded(.down)
    }

    private var horizonMilliseconds: Int64 {
        Self.whole(Double(self.readingsPerMachine) / self.readingsPerSecond * 1_000)
    }

    /// Measured (`StorePlanTests`): a row of the three metrics with its share of what pages keep free, and an extra
    /// metric with a name of ten letters and a value of two decimals.
    private var bytesPerReading: Double { 65 + Double(self.extraMetrics) * 24 }

    /// The machines' own rows in their tables, and the roots of all tables.
    private var bytesBesideRings: Double { Double(self.machines) * 64 + 24 * self.pageBytes }

    /// An entry of the ring's table, and a place in its array.
    private static let memoryBytesPerExtra: Double = 40
    /// Each waits for the disk once, some 5 ms.
    private static let commitsPerSecondMax: Double = 200

    private static func whole(_ number: Double) -> Int64 { Int64(max(0, min(number, 1e18))) }

    private static func text(_ number: Double) -> String {
        var bytes: [UInt8] = []
        JSONNumber.write(number, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// With commas: 1,000,000.
    private static func text(_ number: Int64) -> String {
        var digits = Array(String(number))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return String(digits)
    }
}
