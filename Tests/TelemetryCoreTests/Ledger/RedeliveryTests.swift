import Testing

@testable import TelemetryCore

@Suite struct RedeliveryTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func whatIsInTheRingIsCountedAndNotStored() async throws {
        try await withStore(at: self.folder.database) { store in
            let first = try (0..<3).map { try sourced("a", at: $0, rpm: Double($0)) }
            #expect(try await store.writer.submit(first).duplicates == 0)
            // The same again, then one that is new, then one whose values are others.
            let again = try (0..<4).map { try sourced("a", at: $0, rpm: Double($0), isRedelivered: true) }
            let other = try sourced("a", at: 2, rpm: 9, isRedelivered: true)
            let receipt = try await store.writer.submit(again + [other])
            #expect(receipt.stored == [nil, nil, nil, 4, 5])
            #expect(receipt.duplicates == 3)
            #expect(receipt.refused.isEmpty)
            #expect(store.writer.counters.duplicateReadings == 3)
            #expect(store.writer.counters.skippedRetained == 0)
            let ledger = try #require(store.directory.ledger(of: try machine("a")))
            #expect(ledger.received == 8 && ledger.stored == 5 && ledger.duplicates == 3)
        }
    }

    @Test func withoutTheMarkNothingIsADuplicate() async throws {
        try await withStore(at: self.folder.database) { store in
            let same = try sourced("a", at: 0)
            #expect(try await store.writer.submit([same, same]).stored == [1, 2])
        }
    }

    /// Equal values at the time of receipt may be two measurements.
    @Test func withoutASourceTimeTheyCannotBeToldApart() async throws {
        try await withStore(at: self.folder.database) { store in
            var same = try reading("a")
            same.isRedelivered = true
            #expect(try await store.writer.submit([same, same]).stored == [1, 2])
            #expect(try await store.writer.submit([same]).stored == [3])
        }
    }

    @Test func duplicatesWithinOneBatchOfANewMachine() async throws {
        try await withStore(at: self.folder.database) { store in
            let (first, again) = (try sourced("a", at: 0), try sourced("a", at: 0, isRedelivered: true))
            let receipt = try await store.writer.submit([first, again, try sourced("b", at: 0), again])
            #expect(receipt.stored == [1, nil, 1, nil])
            #expect(receipt.duplicates == 2)
        }
    }

    @Test func onlyAfterARestartToo() async throws {
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([try sourced("a", at: 0)])
        }
        try await withStore(at: self.folder.database) { store in
            let receipt = try await store.writer.submit([try sourced("a", at: 0, isRedelivered: true)])
            #expect(receipt.stored == [nil] && receipt.duplicates == 1)
        }
    }

    /// A ring of 3: what it no longer has is stored again, also when the batch itself overwrites it.
    @Test func whatIsOverwrittenIsNew() async throws {
        try await withStore(at: self.folder.database, keeping: 3) { store in
            _ = try await store.writer.submit(try (0..<5).map { try sourced("a", at: $0) })
            let old = try sourced("a", at: 1, isRedelivered: true)
            #expect(try await store.writer.submit([old]).stored == [6])
            // Sequence 4 is in the ring when the batch begins, and 7 takes its place.
            let batch = [try sourced("a", at: 9), try sourced("a", at: 3, isRedelivered: true)]
            #expect(try await store.writer.submit(batch).stored == [7, 8])
        }
    }

    @Test func convertedValuesAreCompared() async throws {
        try await withStore(at: self.folder.database) { store in
            var reading = try sourced("a", at: 0, rpm: 25)
            reading.units = [MetricUnit(metric: .rpm, symbol: "Hz")]
            #expect(try await store.writer.submit([reading]).stored == [1])
            reading.isRedelivered = true
            #expect(try await store.writer.submit([reading]).duplicates == 1)
        }
    }

    @Test func theWholeBatchOfAReconnect() async throws {
        try await withStore(at: self.folder.database, keeping: 10_000) { store in
            let sent = try (0..<12_000).map { try sourced("a", at: $0, rpm: Double($0)) }
            _ = try await store.writer.submit(sent)
            let again = try (10_976..<12_000).map { try sourced("a", at: $0, rpm: Double($0), isRedelivered: true) }
            let receipt = try await store.writer.submit(again)
            #expect(receipt.duplicates == 1_024)
            #expect(store.directory.ledger(of: try machine("a"))?.stored == 12_000)
        }
    }
}
