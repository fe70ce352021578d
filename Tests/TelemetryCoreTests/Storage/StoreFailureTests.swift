import GRDB
import Testing

@testable import TelemetryCore

@Suite struct StoreFailureTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func open() throws -> OpenedStore {
        try StoreOpening(
            path: self.folder.database,
            capacity: 10_000,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
    }

    private func many(_ name: String) throws -> [Reading] {
        try (0..<2_000).map { try reading(name, rpm: Double($0) + 0.5) }
    }

    /// `max_page_count` stands in for a full disk: SQLite answers SQLITE_FULL in both cases.
    private func setRoom(_ queue: DatabaseQueue, pages: Int) async throws {
        try await queue.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    @Test func aFullDiskFailsTheBatchAndRecovers() async throws {
        let opened = try self.open()
        let (queue, directory) = (opened.store.queue, opened.directory)
        let sink = RecordingSink()
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger))
        writer.addSink(sink)
        writer.start()
        #expect(try await writer.submit([try reading("a")]).stored == [1])

        try await self.setRoom(queue, pages: 1)
        let error = try await #require(throws: ReadingWriter.SubmitError.self) {
            try await writer.submit(try self.many("a") + [try reading("b")])
        }
        #expect(error == .storage("database or disk is full (SQLite error 13)"))
        #expect(!writer.isHealthy)
        let failure = try #require(writer.failure)
        #expect(failure.reason == "database or disk is full (SQLite error 13)")
        #expect(failure.refusedReadings == 2_001)
        #expect(writer.counters.failedCommits >= 1)
        #expect(directory.feed(try machine("a"))?.lastSequence == 1)
        #expect(directory.feed(try machine("b"))?.machine == nil)

        try await self.setRoom(queue, pages: 1_000_000)
        // No sequence was used up, and the machine that failed to come now gets its first.
        #expect(try await writer.submit([try reading("a"), try reading("b")]).stored == [2, 1])
        #expect(writer.isHealthy)
        #expect(writer.failure == nil)
        #expect(sink.received.map { $0.map(\.sequence) } == [[1], [2, 1]])
        writer.requestStop()
        await writer.ended()
        let views = try PublicViews(path: self.folder.database)
        #expect(try await views.machines().map(\.lastSequence) == [2, 1])
    }

    @Test func theProbeFindsOutWithoutTraffic() async throws {
        let opened = try self.open()
        let store = opened.store
        try store.probe()
        try await self.setRoom(store.queue, pages: 1)
        try await store.queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        #expect(throws: StorageFailure.self) { try store.probe() }
        try await store.queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = OFF") }
        try store.probe()
        let left = try await store.queue.read { db in try String.fetchAll(db, sql: "SELECT key FROM meta") }
        #expect(left == ["capacity", "epoch"])
        store.close()
    }

    /// The file closes without the writer: as after kill -9, the WAL alone has the committed readings.
    @Test func whatIsCommittedNeedsNoCheckpoint() async throws {
        let copy = try TemporaryFolder()
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit(try (0..<5).map { _ in try reading("a") })
            for suffix in ["", "-wal"] { try copy.copy(self.folder.database + suffix, as: "telemetry.sqlite" + suffix) }
        }
        try await withStore(at: copy.database) { store in
            let feed = try #require(store.directory.feed(try machine("a")))
            #expect(feed.lastSequence == 5)
        }
    }
}
