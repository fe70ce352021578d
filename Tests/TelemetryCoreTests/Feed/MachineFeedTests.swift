import Testing

@testable import TelemetryCore

@Suite struct MachineFeedTests {
    /// A feed that keeps 10 and has had 25: sequences 16 to 25 are there.
    private func feed() throws -> MachineFeed {
        var generator = SeededRandom(seed: 3)
        let feed = MachineFeed(
            machine: try machine("m"),
            epoch: .random(using: &generator),
            capacity: 10,
            knownSince: sampleTime
        )
        let readings = try (1...25).map { StoredReading(sequence: $0, reading: try reading("m", rpm: Double($0))) }
        feed.append(readings, counts: BatchCounts(stored: 25))
        return feed
    }

    /// since, through, limit -> sequences, lost, next
    @Test(
        arguments: [
            (nil, nil, nil, 16...25, 0, 26),
            (20, nil, nil, 21...25, 0, 26),
            (15, nil, nil, 16...25, 0, 26),
            (14, nil, nil, 16...25, 1, 26),
            (0, nil, nil, 16...25, 15, 26),
            (-7, nil, nil, 16...25, 15, 26),
            (25, nil, nil, nil, 0, 26),
            (99, nil, nil, nil, 0, 26),
            (nil, 20, nil, 16...20, 0, 21),
            (18, 20, nil, 19...20, 0, 21),
            (10, 20, nil, 16...20, 5, 21),
            (nil, 12, nil, nil, 0, 13),
            (10, 12, nil, nil, 2, 13),
            (12, 12, nil, nil, 0, 13),
            (nil, 99, nil, 16...25, 0, 26),
            (nil, nil, 3, 23...25, 0, 26),
            (nil, nil, 0, nil, 0, 26),
            (nil, nil, -1, nil, 0, 26),
            (nil, nil, Int.max, 16...25, 0, 26),
            (10, 20, 2, 19...20, 5, 21),
            (Int64.min, Int64.max, Int.max, 16...25, 15, 26),
            (Int64.max, nil, Int.min, nil, 0, 26),
        ] as [(Int64?, Int64?, Int?, ClosedRange<Int64>?, Int64, Int64)])
    func snapshots(
        since: Int64?,
        through: Int64?,
        limit: Int?,
        expected: ClosedRange<Int64>?,
        lost: Int64,
        next: Int64
    ) throws {
        let snapshot = try self.feed().snapshot(since: since, through: through, limit: limit)
        #expect(snapshot.readings.map(\.sequence) == (expected.map { Array($0) } ?? []))
        #expect(snapshot.readings.allSatisfy { $0.reading.metrics.rpm == Double($0.sequence) })
        #expect(snapshot.lost == lost)
        #expect(snapshot.nextSequence == next)
        #expect(snapshot.firstSequence == 16)
    }

    @Test func theSummaryHasTheLatest() throws {
        let summary = try self.feed().summary(now: sampleTime)
        #expect(summary.lastSequence == 25)
        #expect(summary.latest?.reading.metrics.rpm == 25)
        #expect(summary.status.state == .live)
    }

    /// Live, but with nothing in time any more.
    @Test func aMachineIsLateWhenAllItsMetricsAre() throws {
        var generator = SeededRandom(seed: 3)
        let feed = MachineFeed(
            machine: try machine("m"),
            epoch: .random(using: &generator),
            capacity: 10,
            knownSince: sampleTime
        )
        func at(_ seconds: Int64) -> Timestamp { sampleTime.adding(milliseconds: seconds * 1000) }
        for index in 0..<5 {
            let reading = try reading("m", received: at(Int64(index) * 10))
            feed.append([StoredReading(sequence: Int64(index) + 1, reading: reading)], counts: BatchCounts(stored: 1))
        }
        #expect(!feed.summary(now: at(54)).isLate)
        #expect(feed.summary(now: at(55)).isLate)
        #expect(feed.summary(now: at(55)).status.state == .live)
        #expect(feed.summary(now: at(55)).metrics.map(\.state) == [.late])
        #expect(!feed.summary(now: at(70)).isLate)
        #expect(feed.summary(now: at(70)).status.state == .stale)
    }
}
