import TelemetryCore
import Testing

@Suite struct StoreRoundTripTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func whatIsSubmittedIsInBothViews() async throws {
        var metrics = Metrics(rpm: 1480.2, pressure: 6)
        metrics.set(try metric("temperature"), 40.5)
        metrics.set(try metric("humidity"), 0.25)
        let first = Reading(
            machine: try machine("press1"),
            timestamp: Timestamp(milliseconds: -1),
            received: sampleTime,
            metrics: metrics
        )
        let second = try reading("press1", received: sampleTime.adding(milliseconds: 1))
        try await withStore(at: self.folder.database) { store in
            let receipt = try await store.writer.submit([first, second])
            #expect(receipt.stored == [1, 2])

            let views = try PublicViews(path: self.folder.database)
            #expect(
                try await views.machines() == [
                    PublicViews.Machine(
                        machine: "press1",
                        epoch: store.directory.epoch.text,
                        firstSequence: 1,
                        lastSequence: 2,
                        firstSeen: "2026-11-21T09:41:26.123Z",
                        lastSeen: "2026-11-21T09:41:26.124Z"
                    )
                ])
            let rows = try await views.history(of: "press1")
            #expect(rows.map(\.sequence) == [1, 2])
            #expect(rows[0].timestamp == "1969-12-31T23:59:59.999Z")
            #expect(rows[0].received == "2026-11-21T09:41:26.123Z")
            #expect(rows[0].rpm == 1480.2)
            #expect(rows[0].torque == nil)
            #expect(rows[0].pressure == 6)
            #expect(rows[0].extra == #"{"humidity":0.25,"temperature":40.5}"#)
            #expect(rows[1].extra == nil)
        }
    }

    @Test func theViewsHaveTheirPublicColumns() async throws {
        try await withStore(at: self.folder.database) { _ in
            let views = try PublicViews(path: self.folder.database)
            let machines = ["machine", "epoch", "first_seq", "last_seq", "first_seen", "last_seen"]
            #expect(try await views.columns(of: "machines") == machines)
            let history = ["machine", "seq", "timestamp", "received", "rpm", "torque", "pressure", "extra"]
            #expect(try await views.columns(of: "history") == history)
        }
    }

    @Test func aNewDatabaseIsForItsOwnerOnly() async throws {
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([try reading("a")])
            #expect(try self.folder.mode(self.folder.database) == 0o600)
            #expect(try self.folder.mode(self.folder.database + "-wal") == 0o600)
            #expect(try self.folder.mode(self.folder.database + "-lock") == 0o600)
        }
    }

    @Test func restartContinuesSequenceAndEpoch() async throws {
        let epoch = try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([try reading("a"), try reading("b"), try reading("a")])
            return store.directory.epoch
        }
        try await withStore(at: self.folder.database) { store in
            #expect(store.directory.epoch == epoch)
            let feed = try #require(store.directory.feed(try machine("a")))
            #expect(feed.lastSequence == 2)
            #expect(feed.snapshot(since: nil, through: nil, limit: nil).readings.map(\.sequence) == [1, 2])
            let receipt = try await store.writer.submit([try reading("a"), try reading("b"), try reading("c")])
            #expect(receipt.stored == [3, 2, 1])
        }
        #expect(try self.folder.names() == ["telemetry.sqlite", "telemetry.sqlite-lock"])
    }

    @Test func exactlyTheNewestAreKeptAndTheFileStopsGrowing() async throws {
        try await withStore(at: self.folder.database, keeping: 100) { store in
            let database = self.folder.database
            func submit(_ range: Range<Int>) async throws {
                for start in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
                    let numbers = start..<min(start + 4, range.upperBound)
                    _ = try await store.writer.submit(try numbers.map { try reading("a", rpm: Double($0) + 0.5) })
                }
            }
            // 1,250 commits of at least one page each: the WAL passes its bound of 1,000 pages and is checkpointed.
            try await submit(1..<1001)
            let views = try PublicViews(path: database)
            let rows = try await views.history(of: "a")
            #expect(rows.map(\.sequence) == Array(901...1000))
            #expect(rows.map(\.rpm) == (901...1000).map { Double($0) + 0.5 })

            let sizes = (self.folder.size(database), self.folder.size(database + "-wal"))
            try await submit(1001..<5001)
            #expect(self.folder.size(database) <= max(sizes.0, 128 * 1024))
            #expect(self.folder.size(database + "-wal") <= 5 * 1024 * 1024)
            #expect(try await views.history(of: "a").map(\.sequence) == Array(4901...5000))
        }
        let closed = self.folder.size(self.folder.database)
        try await withStore(at: self.folder.database, keeping: 100) { store in
            for _ in 0..<100 {
                _ = try await store.writer.submit(try (0..<10).map { try reading("a", rpm: Double($0)) })
            }
        }
        #expect(self.folder.size(self.folder.database) == closed)
    }
}
