import GRDB
import Testing

@testable import TelemetryCore

/// Anybody who may publish can name machines: the limit holds for new ones, and for nobody else.
@Suite struct MachineLimitTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func open() throws -> OpenedStore {
        try StoreOpening(
            path: self.folder.database,
            capacity: 10,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
    }

    private func writer(_ opened: OpenedStore, machinesMax: Int) -> ReadingWriter {
        ReadingWriter(core: WriterCore(opened, machinesMax: machinesMax, logger: silentLogger))
    }

    private func end(_ writer: ReadingWriter) async {
        writer.requestStop()
        await writer.ended()
    }

    @Test func refusesOnlyTheReadingsOfNewMachines() async throws {
        let opened = try self.open()
        let sink = RecordingSink()
        let writer = self.writer(opened, machinesMax: 2)
        writer.addSink(sink)
        writer.start()
        let receipt = try await writer.submit(try ["a", "b", "c", "a", "d"].map { try reading($0) })
        #expect(receipt.stored == [1, 1, nil, 2, nil])
        #expect(receipt.refused.map(\.index) == [2, 4])
        #expect(receipt.refused.map(\.reason) == [.tooManyMachines, .tooManyMachines])
        let remedy = try #require(receipt.refused.first?.remedy)
        #expect(remedy.contains("2 machines") && !remedy.contains("\n"))
        // Refused alone, and beside a retained one that is only skipped.
        let again = try await writer.submit([try reading("c"), try reading("a", isRetained: true)])
        #expect(again.stored == [nil, nil])
        #expect(again.refused.map(\.index) == [0])
        #expect(try await writer.submit([try reading("a"), try reading("b")]).stored == [3, 2])
        #expect(writer.counters.refusedReadings == 3)
        #expect(writer.counters.skippedRetained == 1)
        #expect(writer.counters.committedReadings == 5)
        #expect(opened.directory.feeds().map(\.machine.name) == ["a", "b"])
        #expect(sink.received.map { $0.map(\.sequence) } == [[1, 1, 2], [3, 2]])
        await self.end(writer)
        #expect(try await PublicViews(path: self.folder.database).machines().map(\.machine) == ["a", "b"])
    }

    @Test func loadsMoreMachinesThanItWouldTake() async throws {
        let names = (0..<5).map { "m\($0)" }
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit(try names.map { try reading($0) })
        }
        let opened = try self.open()
        #expect(opened.directory.feeds().map(\.machine.name) == names)
        let writer = self.writer(opened, machinesMax: 2)
        writer.start()
        let receipt = try await writer.submit(try (names + ["m5"]).map { try reading($0) })
        #expect(receipt.stored == [2, 2, 2, 2, 2, nil])
        #expect(receipt.refused.map(\.index) == [5])
        await self.end(writer)
    }

    /// A machine whose first commit failed takes nobody's place, and what is refused says nothing about the disk.
    @Test func aFailedCommitGivesThePlaceBack() async throws {
        let opened = try self.open()
        let queue = opened.store.queue
        let writer = self.writer(opened, machinesMax: 2)
        writer.start()
        _ = try await writer.submit([try reading("a")])
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        let some = [try reading("b"), try reading("c")]
        await #expect(throws: ReadingWriter.SubmitError.self) { try await writer.submit(some) }
        #expect(writer.counters.refusedReadings == 0)
        #expect(try await writer.submit([try reading("a", isRetained: true)]).stored == [nil])
        #expect(!writer.isHealthy)
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = OFF") }
        #expect(try await writer.submit([try reading("d"), try reading("b")]).stored == [1, nil])
        #expect(writer.isHealthy)
        await self.end(writer)
    }

    @Test func holdsWithItsRealNumber() async throws {
        #expect(Limits.machinesMax >= 5_000)
        try await withStore(at: self.folder.database, keeping: 1_000) { store in
            let all = try (0...Limits.machinesMax).map { try reading("m\($0)") }
            let receipt = try await store.writer.submit(all)
            #expect(receipt.refused.map(\.index) == [Limits.machinesMax])
            #expect(receipt.stored.count { $0 == 1 } == Limits.machinesMax)
            #expect(store.directory.feeds().count == Limits.machinesMax)
        }
    }
}
