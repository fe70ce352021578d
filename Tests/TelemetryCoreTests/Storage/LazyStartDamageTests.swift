import Foundation
import Synchronization
import Testing

@testable import TelemetryCore

/// What a start that does not check first relies on, and what it does when that is not so.
@Suite struct LazyStartDamageTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func fill(_ count: Int = 40, keeping capacity: Int = 30) async throws {
        try await withLazyStore(at: self.folder.database, keeping: capacity) { store in
            _ = try await store.writer.submit(try (1...count).map { try reading("a", rpm: Double($0)) })
            _ = try await store.writer.submit(try (1...count).map { try reading("b", rpm: Double($0)) })
        }
    }

    private func hasMovedAside() throws -> Bool {
        try self.folder.names().contains { $0.contains(".corrupt-") }
    }

    @Test func marksAreThereFromTheCloseToTheNextWrite() async throws {
        try await self.fill()
        let none = Int64.min
        let closed = "1\n1 11 40 37 \(none) 0 28 \(none) 0\n2 11 40 37 \(none) 0 28 \(none) 0"
        #expect(try meta(RingMarks.key, at: self.folder.database) == closed)
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            #expect(store.backfill != nil)
            let before = try meta(RingMarks.key, at: self.folder.database)
            _ = try await store.writer.submit([try reading("b", rpm: 41)])
            let after = try meta(RingMarks.key, at: self.folder.database)
            #expect(before != nil && after == nil)
        }
        // What would have to be read for it is not known of the second part any more.
        let again = "1\n1 11 40 37 \(none) 0 28 \(none) 0\n2 12 41 38 \(none) 0"
        #expect(try meta(RingMarks.key, at: self.folder.database) == again)
        // Dropping is writing as well.
        let store = try LazyStore(at: self.folder.database, keeping: 30)
        try store.opened.store.drop([RingDrop(feed: try store.feed("a"), key: 1, first: 11, last: 12)])
        #expect(try meta(RingMarks.key, at: self.folder.database) == nil)
        store.opened.store.close()
    }

    /// As `kill -9` leaves it: all is checked, but when nothing was written since the orderly close.
    @Test func aStoreThatWasNotClosedIsCheckedWhole() async throws {
        try await self.fill()
        let killed = try [TemporaryFolder(), TemporaryFolder()]
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            for (index, copy) in killed.enumerated() {
                if index > 0 { _ = try await store.writer.submit([try reading("a", rpm: 41)]) }
                for suffix in ["", "-wal"] {
                    try copy.copy(self.folder.database + suffix, as: "telemetry.sqlite" + suffix)
                }
            }
        }
        for (copy, last) in zip(killed, [40, 41] as [Int64]) {
            try await withLazyStore(at: copy.database, keeping: 30) { store in
                #expect((store.backfill == nil) == (last == 41))
                let feed = try store.feed("a")
                #expect(feed.lastSequence == last)
            }
        }
    }

    /// Written to by somebody who does not know the marks: they do not count, but nothing is wrong.
    @Test(arguments: [
        "DELETE FROM reading WHERE seq = 40 AND machine = 1", "DELETE FROM reading WHERE seq <= 12 AND machine = 2",
        "DELETE FROM reading WHERE machine = 2; DELETE FROM machine WHERE id = 2",
        "INSERT OR REPLACE INTO reading SELECT machine, 41 % 30, 41, timestamp, received, rpm, torque, pressure, "
            + "extra, flags FROM reading WHERE seq = 40",
        "UPDATE meta SET value = '1' WHERE key = 'closed'", "UPDATE meta SET value = 'x' WHERE key = 'closed'",
        "INSERT INTO machine VALUES (3, 'c', 1); INSERT INTO reading (machine, slot, seq, timestamp, received, rpm) "
            + "VALUES (3, 1, 1, 1, 1, 1)",
    ])
    func marksThatDoNotFitDoNotCount(sql: String) async throws {
        try await self.fill()
        try change(self.folder.database, sql)
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            #expect(store.backfill == nil)
            let hasMovedAside = try self.hasMovedAside()
            #expect(!hasMovedAside)
            let readings = try store.feed("a").snapshot(since: nil, through: nil, limit: nil).readings
            #expect(readings.count >= 29)
            _ = try await store.writer.submit([try reading("a")])
        }
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in #expect(store.backfill != nil) }
    }

    /// Damage where the marks look is found before anything is shown.
    @Test(arguments: [
        "UPDATE reading SET extra = 'x' WHERE seq = 39", "UPDATE reading SET seq = 41 WHERE seq = 40",
        "DELETE FROM reading WHERE seq = 39",
    ])
    func damageAmongTheNewestIsMovedAside(sql: String) async throws {
        try await self.fill()
        try change(self.folder.database, sql)
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            let hasMovedAside = try self.hasMovedAside()
            #expect(store.directory.feeds().isEmpty && hasMovedAside)
        }
    }

    /// Found by the background or by who asks first: the store goes on with what it has, the next start moves aside.
    @Test(
        arguments: [
            "UPDATE reading SET extra = 'x' WHERE seq = 20 AND machine = 1",
            "UPDATE reading SET seq = 400 WHERE seq = 20 AND machine = 1",
            "DELETE FROM reading WHERE seq = 20 AND machine = 1",
        ], [true, false])
    func damageFoundLate(sql: String, isAskedFor: Bool) async throws {
        try await self.fill()
        try change(self.folder.database, sql)
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            let backfill = try #require(store.backfill)
            #expect(backfill.damageCount == 0)
            if isAskedFor {
                let snapshot = try store.feed("a").snapshot(since: 0, through: nil, limit: nil)
                #expect(snapshot.readings.map(\.sequence) == [38, 39, 40])
                #expect(snapshot.firstSequence == 38 && snapshot.lost == 37)
                #expect(backfill.damageCount == 1)
            }
            backfill.run()
            #expect(backfill.damageCount == 1)
            #expect(try store.feed("a").extent.first == 38)
            #expect(try store.feed("b").snapshot(since: nil, through: nil, limit: nil).readings.count == 30)
            #expect(try await store.writer.submit([try reading("a", rpm: 41)]).stored == [41])
        }
        #expect(try meta(RingMarks.key, at: self.folder.database) == nil)
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            let hasMovedAside = try self.hasMovedAside()
            #expect(store.directory.feeds().isEmpty && hasMovedAside)
        }
    }

    /// A page that no reading of the start touches.
    @Test func aDamagedPageIsFoundByTheCheckAfterTheStart() async throws {
        try await self.fill(2_000, keeping: 2_000)
        let url = URL(fileURLWithPath: self.folder.database)
        var bytes = try Data(contentsOf: url)
        // Some 25 pages of other tables, then 20 of each machine: in the midst of the first one's.
        let start = bytes.count / Limits.databasePageBytes / 2 * Limits.databasePageBytes
        for index in start..<(start + 64) { bytes[index] = 0xA5 }
        try bytes.write(to: url)
        try await withLazyStore(at: self.folder.database, keeping: 2_000) { store in
            let backfill = try #require(store.backfill)
            backfill.run()
            #expect(backfill.damageCount >= 1)
            #expect(try store.feed("a").lastSequence == 2_000)
        }
        try await withLazyStore(at: self.folder.database, keeping: 2_000) { store in
            let hasMovedAside = try self.hasMovedAside()
            #expect(store.directory.feeds().isEmpty && hasMovedAside)
        }
    }

    /// Closed before all was read: the next start goes on from the same marks.
    @Test func closedBeforeAllWasReadItIsStillClosedInOrder() async throws {
        try await self.fill()
        for count: Int64 in 41...60 {
            try await withLazyStore(at: self.folder.database, keeping: 30) { store in
                #expect(store.backfill != nil)
                _ = try await store.writer.submit([try reading("a", rpm: Double(count))])
                let isRead = try store.feed("a").isRead
                #expect(!isRead)
            }
        }
        try await withLazyStore(at: self.folder.database, keeping: 30) { store in
            store.backfill?.run()
            let readings = try store.feed("a").snapshot(since: nil, through: nil, limit: nil).readings
            #expect(readings.map(\.reading.metrics.rpm) == (31...60).map(Double.init))
        }
    }

    /// Asked after the end, a feed says what it has, and nothing is called damaged.
    @Test func whoAsksAfterTheEndGetsWhatIsInMemory() async throws {
        try await self.fill()
        let store = try LazyStore(at: self.folder.database, keeping: 30)
        let feed = try store.feed("a")
        await store.stop()
        #expect(feed.snapshot(since: nil, through: nil, limit: nil).readings.map(\.sequence) == [38, 39, 40])
        #expect(store.backfill?.damageCount == 0)
        #expect(try meta(RingMarks.key, at: self.folder.database) != nil)
    }

    /// Readings come, the background reads, and people ask, all at once: nobody sees a hole, or anything twice.
    @Test(arguments: 0..<6)
    func readingAndWritingAtOnce(round: Int) async throws {
        let (capacity, machines) = (400, 12)
        let path = self.folder.database
        let names = (0..<machines).map { "m\($0)" }
        try await withLazyStore(at: path, keeping: capacity) { store in
            for name in names {
                _ = try await store.writer.submit(try (1...450).map { try reading(name, rpm: Double($0)) })
            }
        }
        try await withLazyStore(at: path, keeping: capacity) { store in
            let backfill = try #require(store.backfill)
            let (writer, directory) = (store.writer, store.directory)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for step in 1...40 {
                        let batch = try names.flatMap { name in
                            try (1...5).map { try reading(name, rpm: Double(450 + (step - 1) * 5 + $0)) }
                        }
                        _ = try await writer.submit(batch)
                    }
                }
                for reader in 0..<2 {
                    group.addTask {
                        var random = SeededRandom(seed: UInt64(round * 10 + reader))
                        for _ in 0..<150 {
                            let name = names[Int.random(in: 0..<machines, using: &random)]
                            let feed = try #require(directory.feed(try machine(name)))
                            let since: Int64? = Bool.random(using: &random) ? nil : .random(in: 0...460, using: &random)
                            let limit: Int? = Bool.random(using: &random) ? nil : .random(in: 1...500, using: &random)
                            self.expectWhole(feed.snapshot(since: since, through: nil, limit: limit), since, limit)
                        }
                    }
                }
                backfill.start()
                try await group.waitForAll()
            }
            for name in names {
                let snapshot = try store.feed(name).snapshot(since: nil, through: nil, limit: nil)
                self.expectWhole(snapshot, nil, nil)
                #expect(snapshot.nextSequence == 651 && snapshot.readings.count == capacity)
            }
            #expect(backfill.damageCount == 0)
        }
    }

    private func expectWhole(_ snapshot: RingSnapshot, _ since: Int64?, _ limit: Int?) {
        var first = max(snapshot.firstSequence, (since ?? 0) + 1)
        if let limit { first = max(first, snapshot.nextSequence - Int64(limit)) }
        #expect(snapshot.readings.map(\.sequence) == Array(first..<max(first, snapshot.nextSequence)))
        #expect(snapshot.readings.allSatisfy { $0.reading.metrics.rpm == Double($0.sequence) })
        #expect(snapshot.firstSequence > 50 && snapshot.extent.oldest != nil)
        #expect(snapshot.lost == since.map { max(0, snapshot.firstSequence - 1 - $0) } ?? 0)
    }
}
