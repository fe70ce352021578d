import GRDB
import Testing

@testable import TelemetryCore

/// Units, labels and marks: what there is beside the readings, in memory and in the database.
@Suite struct RecordTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func summary(_ store: TelemetryStore, _ name: String = "a") throws -> MachineSummary {
        try #require(store.directory.feed(try machine(name))).summary(now: sampleTime)
    }

    private func open() throws -> OpenedStore {
        try StoreOpening(
            path: self.folder.database,
            capacity: 10,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
    }

    @Test func unitsAreCheckedAcrossARestart() async throws {
        let level = try metric("level")
        try await withStore(at: self.folder.database) { store in
            let receipt = try await store.writer.submit([
                try measured("a", .pressure, 600, "kPa"), try measured("a", .pressure, 87, "psi"),
                try measured("a", level, 12, "mm"), try measured("a", .pressure, 1, "furlong"),
            ])
            #expect(receipt.stored == [1, nil, 2, nil])
            #expect(receipt.refused.map(\.reason) == [.unitChanged, .unknownUnit])
            #expect(receipt.refused.map(\.index) == [1, 3])
            #expect(try self.summary(store).units == [.pressure: "bar", level: "mm"])
            #expect(store.writer.counters.refusedReadings == 2)
        }
        try await withStore(at: self.folder.database) { store in
            #expect(try self.summary(store).units == [.pressure: "bar", level: "mm"])
            let rows = try await PublicViews(path: self.folder.database).history(of: "a")
            #expect(rows.map(\.pressure) == [6, nil])
            let receipt = try await store.writer.submit([
                try measured("a", .pressure, 87, "psi"), try measured("a", level, 1, "cm"),
                try measured("a", .pressure, 500, "kPa"),
            ])
            #expect(receipt.refused.map(\.reason) == [.unitChanged, .unitChanged])
            #expect(try self.summary(store).latest?.reading.metrics.pressure == 5)
        }
    }

    /// A machine is made by a reading that is stored, by nothing else.
    @Test func aRefusedFirstReadingMakesNoMachine() async throws {
        try await withStore(at: self.folder.database) { store in
            let receipt = try await store.writer.submit([
                try measured("ghost", .rpm, 1, "furlong"), try reading("a"), try measured("ghost", .rpm, 1, "furlong"),
                try reading("b"),
            ])
            #expect(receipt.stored == [nil, 1, nil, 1])
            #expect(store.directory.feeds().map(\.machine.name) == ["a", "b"])
        }
        #expect(try await PublicViews(path: self.folder.database).machines().map(\.machine) == ["a", "b"])
    }

    @Test func aFailedCommitTakesItsUnitsBack() async throws {
        let opened = try self.open()
        let queue = opened.store.queue
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger))
        writer.start()
        _ = try await writer.submit([try sourced("a", at: 0)])
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        let failing = [try measured("a", .pressure, 600, "kPa"), try sourced("a", at: 50_000)]
        await #expect(throws: ReadingWriter.SubmitError.self) { try await writer.submit(failing) }
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = OFF") }
        // The unit was never named, and the time never came: 1 s is not late.
        let receipt = try await writer.submit([try measured("a", .pressure, 87, "psi"), try sourced("a", at: 1_000)])
        #expect(receipt.stored == [2, 3])
        #expect(opened.directory.ledger(of: try machine("a"))?.late == 0)
        #expect(opened.directory.ledger(of: try machine("a"))?.received == 3)
        writer.requestStop()
        await writer.ended()
    }

    @Test func theConfigurationNamesUnits() async throws {
        var configuration = TelemetryStore.Configuration(databasePath: self.folder.database, historyPerMachine: 10)
        configuration.units.set(
            machine: try machine("a"),
            metric: .pressure,
            unit: try #require(MeasurementUnit(symbol: "psig"))
        )
        let store = try TelemetryStore(
            configuration: configuration,
            clock: WallClock { sampleTime },
            logger: silentLogger
        )
        store.start()
        var reading = try reading("a")
        reading.metrics.pressure = 100
        _ = try await store.writer.submit([reading])
        #expect(try self.summary(store).units == [.pressure: "bar(g)"])
        let pressure = try #require(try self.summary(store).latest?.reading.metrics.pressure)
        await store.stop()
        #expect(abs(pressure - 6.894757) < 0.000001)
    }

    /// As the remedy says, but without a restart.
    @Test func aNewSettingLetsANewUnitIn() async throws {
        try await withStore(at: self.folder.database) { store in
            let psi = try measured("a", .pressure, 100, "psi")
            #expect(try await store.writer.submit([try measured("a", .pressure, 600, "kPa")]).stored == [1])
            #expect(try await store.writer.submit([psi]).refused.map(\.reason) == [.unitChanged])
            var settings = UnitSettings()
            settings.set(machine: nil, metric: .pressure, unit: try #require(MeasurementUnit(symbol: "psi")))
            settings.set(machine: nil, metric: .rpm, unit: try #require(MeasurementUnit(symbol: "Hz")))
            store.writer.setUnits(settings)
            #expect(try await store.writer.submit([psi, try reading("a", rpm: 25)]).stored == [2, 3])
            let summary = try self.summary(store)
            #expect(summary.latest?.reading.metrics.rpm == 1500)
            #expect(summary.units == [.pressure: "bar", .rpm: "rev/min"])
        }
    }

    @Test func labelsWaitForTheirMachineAndStay() async throws {
        let labels = ["site": "hall 3", "line": "äöü"]
        try await withStore(at: self.folder.database) { store in
            store.directory.setLabels(labels, of: try machine("a"))
            #expect(store.directory.feeds().isEmpty)
            _ = try await store.writer.submit([try reading("a"), try reading("b")])
            #expect(try self.summary(store).labels == labels)
            #expect(try self.summary(store, "b").labels.isEmpty)
        }
        try await withStore(at: self.folder.database) { store in
            #expect(try self.summary(store).labels == labels)
            store.directory.setLabels(["site": "hall 4"], of: try machine("a"))
            #expect(try self.summary(store).labels == ["site": "hall 4"])
            _ = try await store.writer.submit([try reading("b")])
            let queue = try DatabaseQueue(path: self.folder.database)
            let values = try await queue.read { db in try String.fetchAll(db, sql: "SELECT value FROM label") }
            #expect(values == ["hall 4"])
        }
    }

    @Test func labelsThatCouldNotBeWrittenAreWrittenLater() async throws {
        let opened = try self.open()
        let queue = opened.store.queue
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger))
        writer.start()
        let one = try sourced("a", at: 0)
        _ = try await writer.submit([one])
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = ON") }
        opened.directory.setLabels(["site": "hall 3"], of: one.machine)
        await #expect(throws: ReadingWriter.SubmitError.self) { try await writer.submit([one]) }
        try await queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA query_only = OFF") }
        _ = try await writer.submit([one])
        let values = try await queue.read { db in try String.fetchAll(db, sql: "SELECT value FROM label") }
        #expect(values == ["hall 3"])
        writer.requestStop()
        await writer.ended()
    }

    @Test func labelsAreBounded() {
        let long = String(repeating: "ä", count: 40)
        var labels = Dictionary(uniqueKeysWithValues: (10..<40).map { ("l\($0)", "v") })
        labels[long] = "v"
        labels[""] = "v"
        labels["l10"] = long
        let bounded = MachineLabels.bounded(labels)
        #expect(bounded.keys.sorted() == (10..<26).map { "l\($0)" })
        #expect(bounded["l10"] == String(repeating: "ä", count: 32))
        #expect(MachineLabels.bounded(["a": "b"]) == ["a": "b"])
    }

    @Test func historicalReadingsAreNeverTheLatest() async throws {
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([
                try sourced("a", at: 0, rpm: 1), try sourced("a", at: -5_000, rpm: 2, isHistorical: true),
            ])
            let summary = try self.summary(store)
            #expect(summary.lastSequence == 2)
            #expect(summary.latest?.sequence == 1)
            #expect(summary.metrics.map(\.value) == [1])
            let feed = try #require(store.directory.feed(try machine("a")))
            let readings = feed.snapshot(since: nil, through: nil, limit: nil).readings
            #expect(readings.map(\.reading.isHistorical) == [false, true])
            // A machine that has nothing else has no latest.
            _ = try await store.writer.submit([try sourced("old", at: -5_000, isHistorical: true)])
            #expect(try self.summary(store, "old").latest == nil)
            #expect(try self.summary(store, "old").lastSequence == 1)
            #expect(try self.summary(store, "old").status.state == .stale)
        }
        try await withStore(at: self.folder.database) { store in
            let (summary, old) = (try self.summary(store), try self.summary(store, "old"))
            #expect(summary.latest?.sequence == 1)
            #expect(old.latest == nil)
            #expect(old.status.state == .stale)
        }
    }

    @Test func aRetainedValueIsNotFreshAfterARestart() async throws {
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([try reading("a", isRetained: true)])
        }
        try await withStore(at: self.folder.database) { store in
            let summary = try self.summary(store)
            #expect(summary.status.reason == "only a retained value so far")
            #expect(summary.latest?.sequence == 1)
        }
    }

    @Test func expectedIntervalsReachTheirMachines() async throws {
        try await withStore(at: self.folder.database) { store in
            let directory = store.directory
            directory.setExpectedInterval(.seconds(60), of: nil)
            directory.setExpectedInterval(.milliseconds(500), of: try machine("b"))
            _ = try await store.writer.submit([try reading("a"), try reading("b")])
            func states(_ seconds: Int64) -> [MachineState] {
                directory.summaries(now: sampleTime.adding(milliseconds: seconds * 1000)).map(\.status.state)
            }
            #expect(states(59) == [.live, .stale])
            #expect(states(180) == [.stale, .offline])
            directory.setExpectedInterval(nil, of: try machine("b"))
            #expect(states(179) == [.live, .live])
            directory.setExpectedInterval(nil, of: nil)
            #expect(states(4) == [.live, .live])
            #expect(states(5) == [.stale, .stale])
            directory.setExpectedInterval(.seconds(Int64.max), of: nil)
            #expect(states(1_000_000) == [.live, .live])
        }
    }
}
