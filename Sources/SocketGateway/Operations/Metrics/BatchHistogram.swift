import Synchronization

/// How many readings the commits had. Any thread.
package final class BatchHistogram: Sendable {
    private struct Counts {
        /// Commits by the first bound that their readings do not exceed; the last one: above all bounds.
        var buckets: [Int]
        var sum = 0
    }

    /// Readings; the writer takes at most 8,192 at once.
    package static let bounds = [1, 8, 64, 512, 4_096]

    private let counts = Mutex(Counts(buckets: Array(repeating: 0, count: BatchHistogram.bounds.count + 1)))

    package init() {}

    /// A commit had so many readings.
    package func record(_ readings: Int) {
        let index = Self.bounds.firstIndex { readings <= $0 } ?? Self.bounds.count
        self.counts.withLock { counts in
            counts.buckets[index] += 1
            counts.sum += readings
        }
    }

    /// Appends the family.
    func write(into text: inout PrometheusText) {
        let counts = self.counts.withLock { $0 }
        text.family("telemetryd_store_batch_readings", .histogram, "Readings in one commit.") { family in
            var cumulative = 0
            for (bound, count) in zip(Self.bounds, counts.buckets) {
                cumulative += count
                family.sample(Double(cumulative), suffix: "_bucket", ["le": String(bound)])
            }
            cumulative += counts.buckets[Self.bounds.count]
            family.sample(Double(cumulative), suffix: "_bucket", ["le": "+Inf"])
            family.sample(Double(counts.sum), suffix: "_sum")
            family.sample(Double(cumulative), suffix: "_count")
        }
    }
}
