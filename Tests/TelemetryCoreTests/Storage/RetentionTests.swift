import Foundation
import Synchronization
import Testing

@testable import TelemetryCore

@Suite struct RetentionTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    /// Time as the test says.
    private final class Hands: Sendable {
        private let time = Mutex(sampleTime)
        var clock: WallClock { WallClock { self.now } }
        var now: Timestamp { self.time.withLock { $0 } }
        func advance(seconds: Int64) { self.time.withLock { $0 = $0.adding(milliseconds: seconds * 1_000) } }
    }

    /// A started writer that looks at the age after every batch; stopped at the end.
    private func withWriter(
        _ retention: Retention,
        keeping capacity: Int = 1_000_000,
        _ hands: Hands = Hands(),
        _ body: (ReadingWriter, MachineDirectory) async throws -> Void
    ) async throws {
        let opened = try StoreOpening(
            path: self.folder.database,
            capacity: capacity,
            retention: retention,
            clock: hands.clock,
            logger: silentLogger
        ).open()
        let directory = opened.directory
        let sweep = RetentionSweep(retention, clock: hands.clock, interval: .zero)
        let writer = ReadingWriter(core: WriterCore(opened, retention: sweep, logger: silentLogger))
        writer.start()
        do {
            try await body(writer, directory)
        } catch {
            writer.requestStop()
            await writer.ended()
            throw error
        }
        writer.requestStop()
        await writer.ended()
        try await self.expectTheSame(directory)
    }

    /// Memory and database have the same readings, and the database is whole.
    private func expectTheSame(_ directory: MachineDirectory) async throws {
        let views = try PublicViews(path: self.folder.database)
        for feed in directory.feeds() {
            let kept = feed.snapshot(since: nil, through: nil, limit: nil).readings
            #expect(try await views.history(of: feed.machine.name) == kept.map { PublicViews.HistoryRow($0) })
        }
        #expect(try StoreVerification.verify(path: self.folder.database).problems == [])
    }

    @Test func whatIsTooOldGoes() async throws {
        let hands = Hands()
        try await self.withWriter(Retention(maxAge: .seconds(60)), hands) { writer, directory in
            for _ in 0..<100 {
                _ = try await writer.submit([
                    try reading("a", received: hands.now), try reading("b", received: hands.now),
                ])
                hands.advance(seconds: 1)
            }
            _ = try await writer.submit([try reading("late", received: hands.now)])
            // Looked at between two batches: after this one all before it is settled.
            _ = try await writer.submit([try reading("late", received: hands.now)])
            let feed = try #require(directory.feed(try machine("a")))
            // The last look was at second 100 and keeps what came at second 40 and after: that is 41 to 100.
            let snapshot = feed.snapshot(since: 10, through: nil, limit: nil)
            #expect([snapshot.firstSequence, snapshot.nextSequence, snapshot.lost] == [41, 101, 30])
            #expect(snapshot.readings.map(\.sequence) == Array(41...100))
            #expect(feed.ledger.overwritten == 40)
            // A silent machine keeps its newest, however old.
            hands.advance(seconds: 100_000)
            for _ in 0..<2 { _ = try await writer.submit([try reading("late", received: hands.now)]) }
            #expect(feed.snapshot(since: nil, through: nil, limit: nil).readings.map(\.sequence) == [100])
            #expect(try await writer.submit([try reading("a", received: hands.now)]).stored == [101])
        }
        // The next start finds rings that begin anywhere.
        try await withStore(at: self.folder.database, keeping: 1_000_000) { store in
            let feed = try #require(store.directory.feed(try machine("a")))
            #expect(feed.lastSequence == 101)
        }
    }

    /// More than a step takes, in a ring that has wrapped.
    @Test func aLongRingGoesInSteps() async throws {
        let hands = Hands()
        try await self.withWriter(Retention(maxAge: .seconds(60)), keeping: 9_000, hands) { writer, directory in
            let old = try (0..<12_000).map { try reading("a", rpm: Double($0), received: hands.now) }
            _ = try await writer.submit(old)
            hands.advance(seconds: 3_600)
            var first: Int64 = 0
            var steps = 0
            while first < 12_001 {
                _ = try await writer.submit([try reading("a", received: hands.now)])
                let feed = try #require(directory.feed(try machine("a")))
                let now = feed.snapshot(since: nil, through: nil, limit: 1).firstSequence
                #expect(now >= first)
                first = now
                steps += 1
                try #require(steps < 1_000)
            }
            #expect(first == 12_001)
        }
    }

    /// About 1 KB in the file.
    private func wide(_ name: String, _ value: Double) throws -> Reading {
        var reading = try reading(name, rpm: value)
        for index in 10..<30 {
            reading.metrics.set(try metric("a_name_of_thirty_characters_\(index)"), value + 0.123_456_789)
        }
        return reading
    }

    /// A smaller limit than the options allow: less to write.
    private let limit: Int64 = 2 * 1_024 * 1_024

    /// 10 MB of readings through a file of 2 MiB.
    @Test func theFileStaysBelowItsLimitUnderAStream() async throws {
        let batch = try (0..<100).map { try self.wide($0 % 20 == 0 ? "quiet" : "chatty", Double($0)) }
        try await self.withWriter(Retention(maxBytes: self.limit)) { writer, directory in
            var largest = 0
            for _ in 0..<100 {
                _ = try await writer.submit(batch)
                largest = max(largest, self.folder.size(self.folder.database))
            }
            #expect(largest <= self.limit)
            #expect(largest > self.limit * 3 / 4)
            #expect(writer.counters.failedCommits == 0)
            let chatty = try #require(directory.feed(try machine("chatty")))
            let quiet = try #require(directory.feed(try machine("quiet")))
            #expect(chatty.lastSequence == 9_500)
            // The one that sends little keeps all its readings, the other loses its oldest.
            #expect(quiet.ledger.overwritten == 0)
            #expect(chatty.ledger.overwritten > 5_000)
        }
        #expect(self.folder.size(self.folder.database) <= self.limit)
    }

    /// A batch that finds no room gets it in the same breath: nobody is refused.
    @Test func aBatchLargerThanWhatIsFreeFits() async throws {
        try await self.withWriter(Retention(maxBytes: self.limit)) { writer, _ in
            let batch = try (0..<700).map { try self.wide("m\($0 % 7)", Double($0)) }
            for _ in 0..<4 { _ = try await writer.submit(batch) }
            #expect(writer.counters.failedCommits == 0)
            #expect(self.folder.size(self.folder.database) <= self.limit)
        }
    }

    @Test func aLowerLimitMakesTheFileSmaller() async throws {
        let batch = try (0..<600).map { try self.wide("m\($0 % 3)", Double($0)) }
        try await withStore(at: self.folder.database, keeping: 1_000_000) { store in
            for _ in 0..<5 { _ = try await store.writer.submit(batch) }
        }
        #expect(self.folder.size(self.folder.database) > self.limit)
        try await self.withWriter(Retention(maxBytes: self.limit)) { writer, directory in
            #expect(self.folder.size(self.folder.database) <= self.limit)
            let feed = try #require(directory.feed(try machine("m0")))
            #expect(feed.lastSequence == 1_000)
            _ = try await writer.submit(batch)
            #expect(feed.lastSequence == 1_200)
            #expect(self.folder.size(self.folder.database) <= self.limit)
        }
    }

    /// What is too much for the file whatever goes fails as on a full disk.
    @Test func aBatchThatNeverFitsIsRefused() async throws {
        let batch = try (0..<4_000).map { try self.wide("m", Double($0)) }
        try await self.withWriter(Retention(maxBytes: self.limit)) { writer, directory in
            _ = try await writer.submit(Array(batch.prefix(500)))
            await #expect(throws: ReadingWriter.SubmitError.storage("database or disk is full (SQLite error 13)")) {
                try await writer.submit(batch)
            }
            #expect(!writer.isHealthy)
            // Nothing was given up for it.
            let feed = try #require(directory.feed(try machine("m")))
            #expect(feed.snapshot(since: nil, through: nil, limit: nil).readings.map(\.sequence) == Array(1...500))
            #expect(try await writer.submit(Array(batch.prefix(10))).stored.first == 501)
            #expect(writer.isHealthy)
        }
    }
}
