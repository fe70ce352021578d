import TelemetryCore
import Testing

/// The ring in memory and the one in SQLite against a plain list: random batches with retained, historical and
/// redelivered readings, restarts, and another N after each.
@Suite struct RingModelTests {
    /// One machine as it has to be.
    private struct Model {
        var all: [Reading] = []
        var firstKept = 1

        var last: Int { self.all.count }

        mutating func take(_ reading: Reading, capacity: Int) -> Int64? {
            if reading.isRetained, !self.all.isEmpty { return nil }
            if reading.isRedelivered, reading.hasSourceTime, self.keeps(reading) { return nil }
            self.all.append(reading)
            self.fit(capacity)
            return Int64(self.last)
        }

        /// What was once dropped does not come back with a larger N.
        mutating func fit(_ capacity: Int) {
            self.firstKept = max(self.firstKept, self.last - capacity + 1)
        }

        private func keeps(_ reading: Reading) -> Bool {
            self.all[(self.firstKept - 1)...].contains {
                $0.timestamp == reading.timestamp && $0.metrics == reading.metrics
            }
        }

        /// As the ring gives them: how they were delivered is forgotten.
        var kept: [StoredReading] {
            (self.firstKept...max(self.firstKept, self.last)).map { sequence in
                var reading = self.all[sequence - 1]
                reading.isRedelivered = false
                reading.isRetained = false
                return StoredReading(sequence: Int64(sequence), reading: reading)
            }
        }

        var latest: Int64? {
            (self.firstKept...self.last).last { !self.all[$0 - 1].isHistorical }.map(Int64.init)
        }
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func agreesWithAList(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: seed)
        let names = (0..<Int.random(in: 1...4, using: &random)).map { "machine\($0)" }
        var pools: [String: [Reading]] = [:]
        for name in names {
            pools[name] = try (0..<12).map { _ in try randomReading(of: try machine(name), using: &random) }
        }
        var models: [String: Model] = [:]
        for _ in 0..<4 {
            let capacity = Int.random(in: 1...20, using: &random)
            for name in models.keys { models[name]?.fit(capacity) }
            try await withStore(at: folder.database, keeping: capacity) { store in
                try await self.compare(models, store, at: folder.database)
                for _ in 0..<Int.random(in: 0...8, using: &random) {
                    let batch = try self.batch(of: names, pools, &random)
                    let receipt = try await store.writer.submit(batch)
                    let expected = batch.map { reading in
                        models[reading.machine.name, default: Model()].take(reading, capacity: capacity)
                    }
                    #expect(receipt.stored == expected)
                }
                try await self.compare(models, store, at: folder.database)
            }
        }
    }

    /// From a small pool, so that the same comes again.
    private func batch(
        of names: [String],
        _ pools: [String: [Reading]],
        _ random: inout SeededRandom
    ) throws -> [Reading] {
        try (0..<Int.random(in: 0...15, using: &random)).map { _ in
            let pool = try #require(pools[names[Int.random(in: 0..<names.count, using: &random)]])
            var reading = pool[Int.random(in: 0..<pool.count, using: &random)]
            reading.isRedelivered = .random(using: &random)
            reading.isRetained = Int.random(in: 0..<6, using: &random) == 0
            reading.isHistorical = Int.random(in: 0..<6, using: &random) == 0
            return reading
        }
    }

    private func compare(_ models: [String: Model], _ store: TelemetryStore, at path: String) async throws {
        let views = try PublicViews(path: path)
        #expect(try await views.machines().map(\.machine) == models.keys.sorted())
        for (name, model) in models {
            let feed = try #require(store.directory.feed(try machine(name)))
            let readings = feed.snapshot(since: nil, through: nil, limit: nil).readings
            #expect(readings == model.kept)
            #expect(try await views.history(of: name) == model.kept.map { PublicViews.HistoryRow($0) })
            #expect(feed.summary(now: sampleTime).latest?.sequence == model.latest)
            let ledger = feed.ledger
            #expect(ledger.stored == model.last && ledger.overwritten == model.firstKept - 1)
        }
    }
}
