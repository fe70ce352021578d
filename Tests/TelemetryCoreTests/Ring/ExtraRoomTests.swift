import Testing

@testable import TelemetryCore

/// The bound on the extra metrics of all rings together.
@Suite struct ExtraRoomTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    /// One extra metric: 80 bytes in a ring.
    private func reading(_ name: String, extras: Int = 1) throws -> Reading {
        var reading = try TelemetryCoreTests.reading(name)
        for index in 0..<extras { reading.metrics.set(try metric("x\(index)"), 1) }
        return reading
    }

    private func open(capacity: Int) throws -> OpenedStore {
        try StoreOpening(
            path: self.folder.database,
            capacity: capacity,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
    }

    private func admission(_ opened: OpenedStore, bytes: Int) -> Admission {
        Admission(opened, units: UnitSettings(), machinesMax: 10, extraBytesMax: bytes)
    }

    /// As the writer would, but for the database.
    private func take(_ readings: [Reading], _ admission: inout Admission) throws -> ReadingWriter.Receipt {
        let receipts = admission.admit([Submission(readings: readings) { _ in }])
        admission.publish()
        admission.clear()
        return try #require(receipts.first)
    }

    @Test func aReadingTakesAboutThisMuch() throws {
        #expect(ExtraMetric.ringBytes(of: []) == 0)
        #expect(ExtraMetric.ringBytes(of: try self.reading("a").metrics.extra) == 80)
        var long = try self.reading("a")
        long.metrics.set(try metric("a_name_of_20_letters"), 1)
        #expect(ExtraMetric.ringBytes(of: long.metrics.extra) == 156)
    }

    /// From a quarter beyond the limit on: 400 bytes.
    @Test func refusesWhatWouldGrowAndLetsFullRingsGoOn() throws {
        let opened = try self.open(capacity: 3)
        defer { opened.store.close() }
        var admission = self.admission(opened, bytes: 320)
        // Three fill the ring of `a`, two the rest of the room.
        let first = try self.take(
            [
                try self.reading("a"), try self.reading("a"), try self.reading("a"), try self.reading("b"),
                try self.reading("b"), try self.reading("b"),
            ], &admission)
        #expect(first.stored == [1, 2, 3, 1, 2, nil])
        #expect(first.refused.map(\.reason) == [.noRoomForMetrics])
        #expect(admission.extraBytesExcess == 100)
        let second = try self.take(
            [
                try self.reading("a"), try self.reading("a"), try self.reading("b"),
                try TelemetryCoreTests.reading("b"), try self.reading("a", extras: 2), try self.reading("c"),
            ], &admission)
        #expect(second.stored == [4, 5, nil, 3, nil, nil])
        #expect(second.refused.count == 3)
        // `b` overwrites its extras with a reading that has none: there is room again.
        #expect(try self.take([try TelemetryCoreTests.reading("b")], &admission).stored == [4])
        #expect(try self.take([try self.reading("c")], &admission).stored == [1])
        #expect(opened.directory.feeds().map(\.extraBytes) == [240, 80, 80])
    }

    /// Who fills the memory gets a shorter horizon, and nobody is refused.
    @Test func theOldestOfTheLargestMakeRoom() async throws {
        let opened = try self.open(capacity: 1_000)
        let writer = ReadingWriter(core: WriterCore(opened, extraBytesMax: 8_000, logger: silentLogger))
        writer.start()
        let quiet = try (0..<20).map { _ in try TelemetryCoreTests.reading("quiet") }
        _ = try await writer.submit(quiet + [try self.reading("little")])
        for _ in 0..<40 {
            let receipt = try await writer.submit(try (0..<10).map { _ in try self.reading("much") })
            #expect(receipt.refused.isEmpty)
        }
        writer.requestStop()
        await writer.ended()
        let feeds = opened.directory.feeds()
        let much = try #require(feeds.first { $0.machine.name == "much" })
        #expect(much.ledger.stored == 400)
        #expect(much.ledger.overwritten >= 300 && much.ledger.overwritten < 330)
        #expect(feeds.reduce(0) { $0 + $1.extraBytes } <= 10_000)
        #expect(feeds.filter { $0.machine != much.machine }.map(\.ledger.overwritten) == [0, 0])
        // The same in the file.
        let kept = much.snapshot(since: nil, through: nil, limit: nil).readings.map(\.sequence)
        let rows = try await PublicViews(path: self.folder.database).history(of: "much")
        #expect(rows.map(\.sequence) == kept)
        #expect(kept.last == 400)
    }

    @Test func whatIsLoadedCounts() async throws {
        try await withStore(at: self.folder.database, keeping: 10) { store in
            _ = try await store.writer.submit([try self.reading("a"), try self.reading("a")])
        }
        let opened = try self.open(capacity: 10)
        defer { opened.store.close() }
        #expect(opened.directory.feeds().map(\.extraBytes) == [160])
        var admission = self.admission(opened, bytes: 160)
        #expect(try self.take([try self.reading("a")], &admission).refused.count == 1)
        #expect(try self.take([try TelemetryCoreTests.reading("a")], &admission).stored == [3])
    }
}
