import GRDB
import Synchronization
import Testing

@testable import TelemetryCore

/// What completions said, in the order in which they ran.
private final class Outcomes: Sendable {
    private let entries = Mutex<[String]>([])

    func append(_ name: String, _ result: Result<Void, JournalError>) {
        let outcome =
            switch result {
            case .success: "stored"
            case .failure(let error): "\(error)"
            }
        self.entries.withLock { $0.append("\(name) \(outcome)") }
    }

    var all: [String] { self.entries.withLock { $0 } }
}

private struct Refused: Error, CustomStringConvertible {
    let description = "no, thank you"
}

@Suite struct JournalTests {
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

    /// Adds a line; its order is that of the keys.
    private func note(_ text: String) -> JournalWrite {
        JournalWrite { db in
            try db.execute(sql: "INSERT INTO handover (text, by, at) VALUES (?, 'Kim', 1)", arguments: [text])
        }
    }

    /// Adds a line and then throws.
    private func noteAndFail(_ text: String, _ error: any Error) -> JournalWrite {
        let note = self.note(text)
        return JournalWrite { db in
            _ = try note.perform(db)
            throw error
        }
    }

    private func lines() async throws -> [String] {
        let queue = try DatabaseQueue(path: self.folder.database)
        return try await queue.read { db in try String.fetchAll(db, sql: "SELECT text FROM handover ORDER BY id") }
    }

    private func setRoom(_ queue: DatabaseQueue, pages: Int) async throws {
        try await queue.writeWithoutTransaction { db in
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
        }
    }

    /// Without any reading: a write wakes the writer. What a look sees is committed.
    @Test func aWriteIsStoredWithoutReadings() async throws {
        try await withStore(at: self.folder.database) { store in
            try await store.journal.write(self.note("one"))
            try await store.journal.write(self.note("two"))
            let seen = try await store.journal.read { db in
                try String.fetchAll(db, sql: "SELECT text FROM handover ORDER BY id")
            }
            #expect(seen == ["one", "two"])
            #expect(store.writer.counters.commits == 0)
            #expect(store.journal.counters.committedWrites == 2)
        }
    }

    /// What waited before the start is stored in the order of the calls, in the transaction of the readings.
    @Test func writesKeepTheirOrderAndStopStoresWhatWaits() async throws {
        let store = try openStore(at: self.folder.database)
        let outcomes = Outcomes()
        store.writer.submit([try reading("a")]) { _ in outcomes.append("reading", .success(())) }
        for name in ["one", "two", "three"] {
            store.journal.submit(self.note(name)) { outcomes.append(name, $0) }
        }
        #expect(outcomes.all.isEmpty)
        #expect(store.journal.counters.queuedWrites == 3)
        await store.stop()
        #expect(outcomes.all == ["reading stored", "one stored", "two stored", "three stored"])
        #expect(try await self.lines() == ["one", "two", "three"])
        await #expect(throws: JournalError.stopped) { try await store.journal.write(self.note("late")) }
        await #expect(throws: JournalError.stopped) { try await store.journal.read { _ in 1 } }
        // Both connections closed in order: nothing is left beside the file.
        #expect(try self.folder.names().filter { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") } == [])
    }

    @Test func aFailingWriteFailsAlone() async throws {
        let store = try openStore(at: self.folder.database)
        let outcomes = Outcomes()
        let unique = DatabaseError(resultCode: .SQLITE_CONSTRAINT, message: "twice")
        store.writer.submit([try reading("a")]) { _ in outcomes.append("reading", .success(())) }
        store.journal.submit(self.note("one")) { outcomes.append("one", $0) }
        store.journal.submit(self.noteAndFail("bad", Refused())) { outcomes.append("bad", $0) }
        store.journal.submit(self.noteAndFail("worse", unique)) { outcomes.append("worse", $0) }
        store.journal.submit(JournalWrite { try $0.execute(sql: "NONSENSE") }) { result in
            if case .failure(.failed) = result { outcomes.append("nonsense failed,", .success(())) }
        }
        store.journal.submit(self.note("two")) { outcomes.append("two", $0) }
        store.start()
        try await store.journal.write(self.note("three"))
        #expect(
            outcomes.all == [
                "reading stored", "one stored", #"bad failed("no, thank you")"#,
                #"worse failed("twice (SQLite error 19)")"#, "nonsense failed, stored", "two stored",
            ])
        #expect(store.isHealthy)
        #expect(store.journal.counters.failedWrites == 3)
        #expect(store.writer.counters.committedReadings == 1)
        await store.stop()
        #expect(try await self.lines() == ["one", "two", "three"])
    }

    @Test func aFullQueueRefusesAndCounts() async throws {
        let writer = ReadingWriter(
            core: WriterCore(try self.open(), logger: silentLogger), journalWritesMax: 2)
        let outcomes = Outcomes()
        for name in ["one", "two", "three"] {
            writer.journal.submit(self.note(name)) { outcomes.append(name, $0) }
        }
        #expect(outcomes.all == ["three queueFull"])
        #expect(writer.journal.counters.refusedWrites == 1)
        // Readings have a bound of their own.
        writer.submit([try reading("a")]) { _ in outcomes.append("reading", .success(())) }
        writer.start()
        writer.requestStop()
        await writer.ended()
        #expect(outcomes.all == ["three queueFull", "reading stored", "one stored", "two stored"])
    }

    /// More than one transaction takes, in order all the same.
    @Test func moreThanABatchIsStoredInOrder() async throws {
        let store = try openStore(at: self.folder.database)
        let names = (0..<Limits.journalBatchMax + 3).map { "line \($0)" }
        for name in names { store.journal.submit(self.note(name)) { _ in } }
        store.start()
        await store.stop()
        #expect(try await self.lines() == names)
    }

    /// From a sink, on the writer thread, and from a completion, both while the store stops.
    @Test func theWriterThreadMayWriteToo() async throws {
        let store = try openStore(at: self.folder.database)
        let (journal, note) = (store.journal, self.note("from the sink"))
        let second = self.note("from the completion")
        let outcomes = Outcomes()
        store.addSink(
            RecordingSink { _ in
                journal.submit(note) { result in
                    outcomes.append("sink", result)
                    journal.submit(second) { outcomes.append("completion", $0) }
                }
            })
        store.writer.submit([try reading("a")]) { _ in }
        await store.stop()
        #expect(outcomes.all == ["sink stored", "completion stored"])
        #expect(try await self.lines() == ["from the sink", "from the completion"])
    }

    /// The readings find no room either: all of it is refused, with a reason.
    @Test func aFullDiskRefusesWithAReason() async throws {
        let opened = try self.open()
        let queue = opened.store.queue
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger))
        writer.start()
        let long = String(repeating: "x", count: 20_000)
        try await self.setRoom(queue, pages: 1)
        let error = try await #require(throws: JournalError.self) { try await writer.journal.write(self.note(long)) }
        #expect(error == .storage("database or disk is full (SQLite error 13)"))
        #expect(!writer.isHealthy)
        try await self.setRoom(queue, pages: 1_000_000)
        try await writer.journal.write(self.note("room again"))
        #expect(writer.isHealthy)
        writer.requestStop()
        await writer.ended()
        #expect(try await self.lines() == ["room again"])
    }

    /// The readings would fit, what is beside them does not: they are committed, it is refused.
    @Test func whatIsBesideReadingsNeverCostsThem() async throws {
        let opened = try self.open()
        let queue = opened.store.queue
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger))
        let outcomes = Outcomes()
        let long = self.note(String(repeating: "x", count: 200_000))
        try await self.setRoom(queue, pages: 1)
        try await queue.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages + 4)")
        }
        writer.submit([try reading("a")]) { result in
            outcomes.append("reading", result.map { _ in () }.mapError { .failed("\($0)") })
        }
        writer.journal.submit(long) { outcomes.append("long", $0) }
        writer.start()
        writer.requestStop()
        await writer.ended()
        #expect(
            outcomes.all == ["reading stored", #"long storage("database or disk is full (SQLite error 13)")"#])
        #expect(try await PublicViews(path: self.folder.database).history(of: "a").count == 1)
        #expect(try await self.lines() == [])
    }

    /// A write that ends the transaction behind our back is refused together with all that shares it; readings are
    /// stored all the same.
    @Test func aTransactionThatIsGoneIsTriedWithoutTheJournal() async throws {
        let store = try openStore(at: self.folder.database)
        let outcomes = Outcomes()
        store.writer.submit([try reading("a")]) { result in
            outcomes.append("reading", result.map { _ in () }.mapError { .failed("\($0)") })
        }
        store.journal.submit(
            JournalWrite { db in
                try db.execute(sql: "ROLLBACK")
                throw Refused()
            }
        ) { result in
            if case .failure(.storage) = result { outcomes.append("rollback refused,", .success(())) }
        }
        await store.stop()
        #expect(outcomes.all == ["reading stored", "rollback refused, stored"])
        #expect(try await PublicViews(path: self.folder.database).history(of: "a").map(\.sequence) == [1])
    }
}
