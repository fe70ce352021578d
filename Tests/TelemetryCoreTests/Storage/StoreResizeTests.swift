import TelemetryCore
import Testing

@Suite struct StoreResizeTests {
    /// Rings of several lengths, then N changes at a restart: the newest that fit are there, and all goes on.
    @Test(
        arguments: [(100, 30), (30, 100), (30, 31), (31, 30), (7, 7), (1, 5), (5, 1), (100, 1000)])
    func keepsTheNewestThatFit(before: Int, after: Int) async throws {
        let folder = try TemporaryFolder()
        var random = SeededRandom(seed: UInt64(before * 1_000 + after))
        var first: [String: ReferenceRing] = [:]
        for (name, count) in [("short", 3), ("full", before), ("wrapped", before * 2 + 5)] {
            let all = try (0..<count).map { _ in try randomReading(of: try machine(name), using: &random) }
            first[name] = ReferenceRing(capacity: min(before, after), all: all)
        }
        let references = first
        let epoch = try await withStore(at: folder.database, keeping: before) { store in
            for reference in references.values { _ = try await store.writer.submit(reference.all) }
            return store.directory.epoch
        }
        let more = try randomReading(of: try machine("wrapped"), using: &random)
        try await withStore(at: folder.database, keeping: after) { store in
            #expect(store.directory.epoch == epoch)
            #expect(store.directory.capacity == after)
            for (name, reference) in references {
                let feed = try #require(store.directory.feed(try machine(name)))
                #expect(feed.snapshot(since: nil, through: nil, limit: nil).readings == reference.kept)
                let rows = try await PublicViews(path: folder.database).history(of: name)
                #expect(rows == reference.kept.map { PublicViews.HistoryRow($0) })
            }
            let receipt = try await store.writer.submit([more])
            #expect(receipt.stored == [Int64(before * 2 + 6)])
        }
        // The slots were numbered anew: a further start finds every reading where it belongs.
        try await withStore(at: folder.database, keeping: after) { store in
            let feed = try #require(store.directory.feed(try machine("wrapped")))
            #expect(feed.snapshot(since: nil, through: nil, limit: 1).readings.map(\.reading) == [more])
        }
    }

    /// A fleet, through a smaller ring and back: every machine keeps its newest.
    @Test func severalThousandMachines() async throws {
        let folder = try TemporaryFolder()
        let names = try (0..<3_000).map { try machine("m\($0)") }
        try await withStore(at: folder.database, keeping: 12) { store in
            for step in 0..<15 {
                let batch = names.map {
                    Reading(machine: $0, timestamp: nil, received: sampleTime, metrics: Metrics(rpm: Double(step)))
                }
                _ = try await store.writer.submit(batch)
            }
        }
        for (capacity, kept) in [(12, 12), (5, 5), (40, 5)] {
            try await withStore(at: folder.database, keeping: capacity) { store in
                #expect(store.directory.feeds().count == 3_000)
                for feed in store.directory.feeds() {
                    let snapshot = feed.snapshot(since: nil, through: nil, limit: nil)
                    #expect(snapshot.readings.map(\.sequence) == Array((16 - Int64(kept))...15))
                    #expect(snapshot.readings.first?.reading.metrics.rpm == Double(15 - kept))
                }
            }
            let report = try StoreVerification.verify(path: folder.database)
            #expect(report.problems == [])
            #expect([report.machines, report.readings] == [3_000, 3_000 * kept])
        }
    }

    @Test func smallerRingsGiveTheDiskBack() async throws {
        let folder = try TemporaryFolder()
        try await withStore(at: folder.database, keeping: 5_000) { store in
            _ = try await store.writer.submit(try (0..<5_000).map { try reading("a", rpm: Double($0) + 0.5) })
        }
        let before = folder.size(folder.database)
        try await withStore(at: folder.database, keeping: 10) { _ in }
        #expect(folder.size(folder.database) < before / 2)
    }
}
