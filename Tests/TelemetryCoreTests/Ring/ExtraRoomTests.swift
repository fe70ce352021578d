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

    private func open(bytes: Int, capacity: Int = 3) throws -> (OpenedStore, ReadingWriter) {
        let opened = try StoreOpening(
            path: self.folder.database,
            capacity: capacity,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
        return (opened, ReadingWriter(core: WriterCore(opened, extraBytesMax: bytes, logger: silentLogger)))
    }

    private func end(_ writer: ReadingWriter) async {
        writer.requestStop()
        await writer.ended()
    }

    @Test func aReadingTakesAboutThisMuch() throws {
        #expect(ExtraMetric.ringBytes(of: []) == 0)
        #expect(ExtraMetric.ringBytes(of: try self.reading("a").metrics.extra) == 80)
        var long = try self.reading("a")
        long.metrics.set(try metric("a_name_of_20_letters"), 1)
        #expect(ExtraMetric.ringBytes(of: long.metrics.extra) == 156)
    }

    @Test func refusesWhatWouldGrowAndLetsFullRingsGoOn() async throws {
        let (opened, writer) = try self.open(bytes: 400)
        writer.start()
        // Three fill the ring of `a`, two the rest of the room.
        let first = try await writer.submit([
            try self.reading("a"), try self.reading("a"), try self.reading("a"), try self.reading("b"),
            try self.reading("b"), try self.reading("b"),
        ])
        #expect(first.stored == [1, 2, 3, 1, 2, nil])
        #expect(first.refused.map(\.reason) == [.noRoomForMetrics])
        let second = try await writer.submit([
            try self.reading("a"), try self.reading("a"), try self.reading("b"),
            try TelemetryCoreTests.reading("b"), try self.reading("a", extras: 2), try self.reading("c"),
        ])
        #expect(second.stored == [4, 5, nil, 3, nil, nil])
        #expect(second.refused.count == 3)
        // `b` overwrites its extras with a reading that has none: there is room again.
        #expect(try await writer.submit([try TelemetryCoreTests.reading("b")]).stored == [4])
        #expect(try await writer.submit([try self.reading("c")]).stored == [1])
        #expect(opened.directory.feeds().map(\.extraBytes) == [240, 80, 80])
        await self.end(writer)
    }

    @Test func whatIsLoadedCounts() async throws {
        let (_, writer) = try self.open(bytes: 1_000)
        writer.start()
        _ = try await writer.submit([try self.reading("a"), try self.reading("a")])
        await self.end(writer)
        let (opened, again) = try self.open(bytes: 160)
        #expect(opened.directory.feeds().map(\.extraBytes) == [160])
        again.start()
        #expect(try await again.submit([try self.reading("a")]).refused.count == 1)
        #expect(try await again.submit([try TelemetryCoreTests.reading("a")]).stored == [3])
        await self.end(again)
    }
}
