package import TelemetryCore

/// Chooses, of many readings, at most so many that a chart drawn from them looks the same (`maxPoints`).
///
/// What is chosen are readings as they were sent, in sequence order: the first, the last, and of each bucket the ones
/// with the lowest and the highest value of every metric. A peak is never averaged away. Buckets hold equally many
/// readings that follow each other; they are not cut by source time, because one wrong clock would put all others into
/// one bucket. Pure; one pass over the readings, and one over what was chosen.
package enum ReadingThinning {
    /// All of them if they are not more than `countMax`, which is at least 3.
    package static func thin(_ readings: ArraySlice<StoredReading>, countMax: Int) -> ArraySlice<StoredReading> {
        precondition(countMax >= Limits.maxPointsMin)
        guard readings.count > countMax, let first = readings.indices.first, let last = readings.indices.last else {
            return readings
        }
        var columns = Columns()
        for index in readings.indices { columns.learn(readings[index].reading.metrics) }
        // Two of each metric and bucket, besides the first and the last; one bucket at least.
        let inner = readings[(first + 1)..<last]
        let bucketCount = max(1, min(inner.count, (countMax - 2) / max(1, 2 * columns.count)))
        var chosen: [Int] = []
        chosen.reserveCapacity(countMax)
        chosen.append(first)
        for bucket in 0..<bucketCount {
            let start = inner.startIndex + inner.count * bucket / bucketCount
            let end = inner.startIndex + inner.count * (bucket + 1) / bucketCount
            // Only a single bucket can have more extremes than there is room: those of the first metrics count.
            columns.appendExtremes(of: readings[start..<end], atMost: countMax - 1 - chosen.count, to: &chosen)
        }
        chosen.append(last)
        return chosen.map { readings[$0] }[...]
    }

    /// The metrics that occur, each with a place: the standard ones first, then others as they come.
    private struct Columns {
        private struct Extremes {
            var lowest = Double.infinity
            var lowestIndex = -1
            var highest = -Double.infinity
            var highestIndex = -1

            mutating func take(_ value: Double, at index: Int) {
                if value < self.lowest { (self.lowest, self.lowestIndex) = (value, index) }
                if value > self.highest { (self.highest, self.highestIndex) = (value, index) }
            }
        }

        private var standard = (rpm: false, torque: false, pressure: false)
        private var extras: [MetricName: Int] = [:]

        var count: Int {
            (self.standard.rpm ? 1 : 0) + (self.standard.torque ? 1 : 0) + (self.standard.pressure ? 1 : 0)
                + self.extras.count
        }

        mutating func learn(_ metrics: Metrics) {
            if metrics.rpm != nil { self.standard.rpm = true }
            if metrics.torque != nil { self.standard.torque = true }
            if metrics.pressure != nil { self.standard.pressure = true }
            for extra in metrics.extra where self.extras[extra.name] == nil {
                self.extras[extra.name] = self.extras.count
            }
        }

        /// The indices of the bucket's extremes, ascending, each once.
        func appendExtremes(of bucket: ArraySlice<StoredReading>, atMost room: Int, to chosen: inout [Int]) {
            var extremes = [Extremes](repeating: Extremes(), count: 3 + self.extras.count)
            for index in bucket.indices {
                let metrics = bucket[index].reading.metrics
                if let value = metrics.rpm { extremes[0].take(value, at: index) }
                if let value = metrics.torque { extremes[1].take(value, at: index) }
                if let value = metrics.pressure { extremes[2].take(value, at: index) }
                for extra in metrics.extra {
                    if let column = self.extras[extra.name] { extremes[3 + column].take(extra.value, at: index) }
                }
            }
            var indices: Set<Int> = []
            for one in extremes where one.lowestIndex >= 0 {
                if indices.count < room { indices.insert(one.highestIndex) }
                if indices.count < room { indices.insert(one.lowestIndex) }
            }
            chosen.append(contentsOf: indices.sorted())
        }
    }
}
