import Foundation
import TelemetryCore
import Testing

@Suite struct StorePlanTests {
    struct Shape: CustomTestStringConvertible {
        let machines, keep, extras: Int
        /// Readings of one machine in a commit.
        let batch: Int
        var testDescription: String { "\(self.machines) x \(self.keep), \(self.extras) extra, by \(self.batch)" }
    }

    static let shapes = [
        Shape(machines: 1, keep: 20_000, extras: 0, batch: 100),
        Shape(machines: 20, keep: 1_000, extras: 0, batch: 1),
        Shape(machines: 20, keep: 1_000, extras: 0, batch: 50),
        Shape(machines: 500, keep: 40, extras: 0, batch: 1),
        Shape(machines: 2_000, keep: 10, extras: 0, batch: 1),
        Shape(machines: 20, keep: 500, extras: 4, batch: 5),
    ]

    /// The estimate against a database that was really written, with values as sensors send them.
    @Test(arguments: Self.shapes)
    func theEstimateIsWithin15Percent(shape: Shape) async throws {
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: 7)
        let names = try (0..<shape.machines).map { try machine("machine\($0)") }
        let extras = try (0..<shape.extras).map { try metric("temperature\($0)") }
        try await withStore(at: folder.database, keeping: shape.keep) { store in
            // Once and a half around: the ring has wrapped and the pages have their final fill.
            var time = sampleTime
            for _ in 0..<(shape.keep * 3 / 2 / shape.batch) {
                var batch: [Reading] = []
                for name in names {
                    for _ in 0..<shape.batch {
                        time = time.adding(milliseconds: 7)
                        batch.append(Self.reading(of: name, extras, at: time, using: &random))
                    }
                }
                _ = try await store.writer.submit(batch)
            }
        }
        let real = Double(folder.size(folder.database))
        let plan = StorePlan(
            machines: shape.machines, readingsPerSecond: 1, keep: shape.keep, extraMetrics: shape.extras)
        #expect(abs(Double(plan.fileBytes) / real - 1) < 0.15, "\(plan.fileBytes) for \(real)")
    }

    @Test func theTextHasAFigurePerLine() {
        let plan = StorePlan(machines: 20, readingsPerSecond: 10, keep: 10_000)
        #expect(
            plan.text == """
                load       20 machines x 10 readings/s = 17,280,000 readings a day
                ring       10,000 readings per machine (by count), 650 kB
                horizon    16 min
                database   13 MB, and 4.1 MB of log beside it
                memory     8 MB for the rings
                writes     about 72 GB to the disk a day
                """)
    }

    @Test func whicheverBoundComesFirst() {
        var plan = StorePlan(
            machines: 10, readingsPerSecond: 2, keep: 1_000_000, retention: Retention(maxAge: .seconds(3_600)))
        #expect(plan.readingsPerMachine == 7_200)
        #expect(plan.bound == .age)
        #expect(plan.horizon == .seconds(3_600))
        plan = StorePlan(
            machines: 10, readingsPerSecond: 2, keep: 1_000_000,
            retention: Retention(maxAge: .seconds(86_400), maxBytes: 20_000_000))
        #expect(plan.bound == .bytes)
        #expect((25_000...31_000).contains(plan.readingsPerMachine))
        #expect(plan.fileBytes <= 20_000_000)
        plan = StorePlan(
            machines: 10, readingsPerSecond: 0.5, keep: 100, retention: Retention(maxAge: .seconds(86_400)))
        #expect(plan.bound == .count)
        #expect(plan.horizon == .seconds(200))
    }

    /// The largest that the options take must not overflow.
    @Test func nothingIsTooLarge() {
        let plan = StorePlan(machines: .max, readingsPerSecond: 1e12, keep: .max, extraMetrics: 64)
        #expect(plan.fileBytes == 1_000_000_000_000_000_000)
        #expect(plan.text.split(separator: "\n").count == 6)
    }

    private static func reading(
        of machine: MachineID,
        _ extras: [MetricName],
        at time: Timestamp,
        using random: inout SeededRandom
    ) -> Reading {
        func value(_ range: ClosedRange<Double>) -> Double {
            (Double.random(in: range, using: &random) * 100).rounded() / 100
        }
        var metrics = Metrics(rpm: value(1_000...2_000), torque: value(80...160), pressure: value(5...7))
        for name in extras { metrics.set(name, value(20...90)) }
        return Reading(
            machine: machine, timestamp: time, received: time.adding(milliseconds: 3), metrics: metrics)
    }
}
