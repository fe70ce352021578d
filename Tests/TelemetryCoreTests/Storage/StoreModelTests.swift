import TelemetryCore
import Testing

/// Random batches of random readings over random machines with restarts in between, against a plain list,
/// read back through both public views and through the rings.
@Suite struct StoreModelTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func agreesWithAList(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: seed)
        let capacity = Int.random(in: 1...30, using: &random)
        let names = (0..<Int.random(in: 1...6, using: &random)).map { "machine\($0)" }
        var references: [String: ReferenceRing] = [:]
        for _ in 0..<3 {
            var batches: [[Reading]] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let count = Int.random(in: 0...20, using: &random)
                batches.append(
                    try (0..<count).map { _ in
                        let name = names[Int.random(in: 0..<names.count, using: &random)]
                        return try randomReading(of: try machine(name), using: &random)
                    })
            }
            let receipts = try await self.submit(batches, at: folder.database, keeping: capacity)
            for (batch, receipt) in zip(batches, receipts) {
                for (reading, sequence) in zip(batch, receipt.stored) {
                    let name = reading.machine.name
                    references[name, default: ReferenceRing(capacity: capacity)].all.append(reading)
                    #expect(sequence == references[name].map { Int64($0.all.count) })
                }
            }
            try await self.compare(references, at: folder.database, keeping: capacity)
        }
    }

    private func submit(
        _ batches: [[Reading]],
        at path: String,
        keeping capacity: Int
    ) async throws -> [ReadingWriter.Receipt] {
        try await withStore(at: path, keeping: capacity) { store in
            var receipts: [ReadingWriter.Receipt] = []
            for batch in batches { receipts.append(try await store.writer.submit(batch)) }
            return receipts
        }
    }

    private func compare(_ references: [String: ReferenceRing], at path: String, keeping capacity: Int) async throws {
        try await withStore(at: path, keeping: capacity) { store in
            let views = try PublicViews(path: path)
            let machines = try await views.machines()
            #expect(machines.map(\.machine) == references.keys.sorted())
            #expect(store.directory.feeds().map(\.machine.name) == references.keys.sorted())
            for row in machines {
                let reference = try #require(references[row.machine])
                #expect(row.lastSequence == Int64(reference.all.count))
                #expect(row.firstSequence == reference.kept.first?.sequence)
                #expect(row.firstSeen == reference.all.first?.received.iso8601)
                #expect(row.lastSeen == reference.kept.map(\.reading.received).max()?.iso8601)
                let rows = try await views.history(of: row.machine)
                #expect(rows == reference.kept.map { PublicViews.HistoryRow($0) })
                let feed = try #require(store.directory.feed(try machine(row.machine)))
                #expect(feed.snapshot(since: nil, through: nil, limit: nil).readings == reference.kept)
            }
        }
    }
}
