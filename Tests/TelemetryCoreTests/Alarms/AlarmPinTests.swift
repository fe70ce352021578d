import GRDB
import Testing

@testable import TelemetryCore

/// The readings around a raise, kept when the ring has long overwritten them.
@Suite struct AlarmPinTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    /// One reading a second, ten in one commit; `rpm` by its index.
    private func stream(_ stand: AlarmStand, seconds: Int, rpm: (Int) -> Double = { _ in 1 }) async throws {
        for begin in stride(from: 0, to: seconds, by: 10) {
            let readings = try (begin..<min(begin + 10, seconds)).map { second in
                stand.move(milliseconds: 1_000)
                let metrics = Metrics(rpm: rpm(second))
                return Reading(machine: try machine("a"), timestamp: stand.now, received: stand.now, metrics: metrics)
            }
            _ = try await stand.writer.submit(readings)
            stand.alarms.tick(now: stand.now)
        }
        try await stand.settle()
    }

    @Test func fiveMinutesBeforeAndAfterOutliveTheRing() async throws {
        try await withAlarms(at: self.folder.database, keeping: 400) { stand in
            try await stand.put("hot")
            try await self.stream(stand, seconds: 350)
            try await self.stream(stand, seconds: 350) { $0 == 0 ? 101 : 1 }
            let raisedAt = sampleTime.adding(milliseconds: 351_000)
            try await self.stream(stand, seconds: 500)
            #expect(stand.directory.feed(try machine("a"))?.extent.first ?? 0 > 700, "the ring has forgotten")
            let window = try #require(try await stand.alarms.pinned(episode: 1))
            #expect(window.isComplete && window.machine.name == "a")
            #expect(window.from == raisedAt.adding(milliseconds: -300_000))
            #expect(window.to == raisedAt.adding(milliseconds: 300_000))
            let sequences = window.readings.map(\.sequence)
            #expect(sequences.first == 51 && sequences.last == 651 && sequences.count == 601)
            #expect(window.readings.map(\.reading.metrics.rpm).firstIndex(of: 101) == 300)
            #expect(stand.alarms.counters.pinnedReadings == 601 && stand.alarms.counters.pinnedWindows == 1)
            let episode = try #require(try await stand.alarms.episode(1))
            #expect(episode.alarm.raisedAt == raisedAt && episode.events.map(\.kind) == [.raised, .cleared])
            #expect(try await stand.alarms.pinned(episode: 2)?.episode == nil)
        }
    }

    /// A ring of a minute, ended and begun anew in the middle: the window has no hole.
    @Test func aSmallRingAndARestartLeaveNoHole() async throws {
        let middle = sampleTime.adding(milliseconds: 160_000)
        try await withAlarms(at: self.folder.database, keeping: 60) { stand in
            try await stand.put("hot")
            try await self.stream(stand, seconds: 160) { $0 == 29 ? 101 : 1 }
            let soFar = try #require(try await stand.alarms.pinned(episode: 1))
            #expect(!soFar.isComplete)
            #expect(soFar.readings.map(\.sequence) == Array(1...160))
        }
        try await withAlarms(at: self.folder.database, keeping: 60, time: middle) { stand in
            try await self.stream(stand, seconds: 300)
            let window = try #require(try await stand.alarms.pinned(episode: 1))
            #expect(window.isComplete)
            #expect(window.readings.map(\.sequence) == Array(1...330))
        }
    }

    /// Between two ticks a fast machine overwrites its ring several times: it is copied in time.
    @Test func aFastMachineDoesNotOutrunItsWindow() async throws {
        try await withAlarms(at: self.folder.database, keeping: 60) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 101)
            for _ in 0..<20 {
                let readings = try (0..<10).map { _ in try reading("a", rpm: 1, received: stand.now) }
                _ = try await stand.writer.submit(readings)
            }
            try await stand.settle()
            let window = try #require(try await stand.alarms.pinned(episode: 1))
            #expect(window.readings.map(\.sequence) == Array(1...201))
        }
    }

    /// No reading comes after the alarm: its window is closed all the same.
    @Test func aWindowEndsInSilence() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 101)
            try await stand.pass(milliseconds: 400_000)
            #expect(try await stand.alarms.pinned(episode: 1)?.isComplete == true)
        }
    }

    /// One that chatters keeps its first windows and pushes out nobody else's.
    @Test func anAlarmThatChattersIsNotPinnedEachTime() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot") { $0.latch = false }
            try await self.stream(stand, seconds: 60) { $0 % 2 == 0 ? 101 : 1 }
            #expect(try stand.alarm("hot:a")?.chatter == 30)
            #expect(stand.alarms.counters.pinnedWindows == Limits.pinsPerChatterMax)
            #expect(stand.alarms.counters.pinnedReadings == 60, "windows share what they have in common")
        }
    }

    @Test func extraMetricsAndTimesAreKept() async throws {
        let time = sampleTime
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            var metrics = Metrics(rpm: 101, pressure: 6.5)
            metrics.set(try metric("flow"), 0.1)
            try await stand.send(
                Reading(
                    machine: try machine("a"),
                    timestamp: time.adding(milliseconds: -7),
                    received: time,
                    metrics: metrics
                ))
            let readings = try await stand.alarms.pinned(episode: 1)?.readings
            let live = stand.directory.feed(try machine("a"))?.snapshot(since: 0, through: nil, limit: nil).readings
            #expect(readings == live && readings?.count == 1)
        }
    }

    /// A window that went while it was still open takes no more.
    @Test func aWindowThatWentIsNotFilled() throws {
        let directory = MachineDirectory(epoch: try #require(Epoch("abc")), capacity: 10)
        let feed = MachineFeed(
            machine: try machine("a"), epoch: directory.epoch, capacity: 10, knownSince: sampleTime)
        directory.insert(feed)
        var counts = BatchCounts()
        counts.stored = 1
        feed.append([StoredReading(sequence: 1, reading: try reading("a"))], counts: counts)
        var desk = PinDesk()
        let alarm = try #require(Alarm.ID("hot:a"))
        desk.open(1, of: alarm, raisedAt: sampleTime, from: feed)
        desk.open(2, of: alarm, raisedAt: sampleTime, from: feed)
        let writes = desk.writes(now: sampleTime, directory: directory)
        #expect(writes.windows.map(\.episode) == [1, 2] && writes.runs.map(\.readings.count) == [1])
        desk.written(writes, .init(readings: 1, windows: 1, dropped: [1]))
        #expect(!desk.isIdle)
        feed.append([StoredReading(sequence: 2, reading: try reading("a"))], counts: counts)
        let next = desk.writes(now: sampleTime, directory: directory)
        #expect(next.runs.map { $0.readings.map(\.sequence) } == [[2]])
        desk.written(next, .init(readings: 1, windows: 0, dropped: [2]))
        #expect(desk.isIdle)
    }

    /// The oldest window goes, with the readings that no other window has.
    @Test func windowsAreBounded() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try AlarmSchema.create(db)
            try db.execute(sql: Schema.machineTable)
            try db.execute(sql: "INSERT INTO machine (id, name, first_seen) VALUES (1, 'a', 0)")
            func window(_ episode: Int64, _ range: ClosedRange<Int64>) throws -> PinWrites {
                var writes = PinWrites()
                let alarm = try #require(Alarm.ID("hot:a"))
                writes.windows = [
                    .init(episode: episode, alarm: alarm, from: sampleTime, to: sampleTime, first: range.lowerBound)
                ]
                let readings = try range.map { StoredReading(sequence: $0, reading: try reading("a")) }
                writes.runs = [.init(machine: alarm.machine, readings: readings, through: range.upperBound)]
                writes.ends = [.init(episode: episode, last: range.upperBound)]
                return writes
            }
            let first = try PinRow.write(try window(1, 1...100), db)
            #expect(first == .init(readings: 100, windows: 1))
            var second = try window(2, 51...150)
            (second.readingsBefore, second.windowsBefore) = (100, 1)
            #expect(try PinRow.write(second, db) == .init(readings: 150, windows: 2))
            var third = try window(3, 140...200)
            (third.readingsBefore, third.windowsBefore) = (Limits.pinnedReadingsMax - 10, 2)
            let totals = try PinRow.write(third, db)
            // 50 new ones are 40 too many: window 1 goes, with the 50 that window 2 has not.
            #expect(totals == .init(readings: Limits.pinnedReadingsMax - 10, windows: 2, dropped: [1]))
            #expect(try Int64.fetchAll(db, sql: "SELECT seq FROM pinned_reading ORDER BY seq") == Array(51...200))
            #expect(try Int64.fetchAll(db, sql: "SELECT episode FROM pin ORDER BY episode") == [2, 3])
        }
    }
}
