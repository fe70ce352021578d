import GRDB
import Testing

@testable import TelemetryCore

/// What a restart, a kill and a full disk leave of alarms.
@Suite struct AlarmDurabilityTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func aRestartKeepsEpisodeAcknowledgementShelfAndHistory() async throws {
        let before = SharedBox<[Alarm]>([])
        try await withAlarms(at: self.folder.database) { stand in
            for name in ["hot", "known", "pushed-aside", "gone"] { try await stand.put(name) }
            try await stand.put("slow") { $0.onDelay = 600 }
            try await stand.put("slow-end") { $0.offDelay = 600 }
            try await stand.send(rpm: 101)
            _ = try await stand.alarms.acknowledge(
                try #require(Alarm.ID("known:a")), by: "Kim", comment: "with, comma")
            _ = try await stand.alarms.shelve(
                try #require(Alarm.ID("pushed-aside:a")), for: .seconds(60), by: "Ada", comment: "")
            try await stand.send(rpm: 1)
            try await stand.send(rpm: 102)
            let current = stand.alarms.current(machine: nil)
            before.change { $0 = current }
        }
        #expect(before.value.count == 5)
        try await withAlarms(at: self.folder.database, time: sampleTime.adding(milliseconds: 1_000)) { stand in
            #expect(stand.alarms.current(machine: nil) == before.value)
            #expect(stand.heard.isEmpty, "nothing happened")
            #expect(try await stand.history().count == 5 + 2 + 4 + 4)
            try await stand.pass(milliseconds: 60_000)
            #expect(stand.heard == ["pushed-aside:a expired"])
            // Its delay began before the restart.
            try await stand.pass(milliseconds: 540_000)
            #expect(stand.heard.last == "slow:a raised")
            try await stand.send(rpm: 1)
            try await stand.send(rpm: 103)
            let episodes = stand.alarms.current(machine: nil).compactMap(\.episode)
            #expect(Set(episodes).count == episodes.count, "no number is given twice")
        }
    }

    /// Killed between the commit of the reading and that of the alarm: the next start judges what was not judged.
    @Test func noAlarmIsLostBetweenTwoCommits() async throws {
        let killed = try TemporaryFolder()
        let (source, count) = (self.folder, SharedBox(0))
        // Told after the alarms, before anything of them is written.
        let sink = RecordingSink { readings in
            guard readings.contains(where: { $0.reading.metrics.rpm == 101 }) else { return }
            try? killed.copy(source.database, as: "telemetry.sqlite")
            try? killed.copy(source.database + "-wal", as: "telemetry.sqlite-wal")
            count.change { $0 += 1 }
        }
        try await withAlarms(at: self.folder.database, sinks: [sink]) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 1)
            try await stand.pass(milliseconds: Limits.alarmRecordMilliseconds)
            try await stand.send(rpm: 101)
            #expect(try stand.state("hot:a") == .unacknowledged)
        }
        #expect(count.value == 1)
        let later = sampleTime.adding(milliseconds: 3_600_000)
        try await withAlarms(at: killed.database, time: later) { stand in
            try await stand.settle()
            #expect(stand.heard == ["hot:a raised"])
            let alarm = try #require(stand.alarms.current(machine: nil).first)
            #expect(alarm.sequence == 2 && alarm.episode == 1)
            #expect(alarm.raisedAt == sampleTime.adding(milliseconds: Limits.alarmRecordMilliseconds))
        }
        try await withAlarms(at: killed.database, time: later) { stand in
            #expect(stand.heard.isEmpty, "once is enough")
            let history = try await stand.history()
            #expect(history == ["hot:a raised"])
        }
    }

    /// The first commit of a machine, and its alarm by a rule for all: killed at once.
    @Test func notEvenTheFirstReadingOfAMachine() async throws {
        let killed = try TemporaryFolder()
        let source = self.folder
        let sink = RecordingSink { readings in
            guard readings.contains(where: { $0.reading.machine.name == "new" }) else { return }
            try? killed.copy(source.database, as: "telemetry.sqlite")
            try? killed.copy(source.database + "-wal", as: "telemetry.sqlite-wal")
        }
        try await withAlarms(at: self.folder.database, sinks: [sink]) { stand in
            try await stand.put("hot") { $0.machine = "*" }
            try await stand.send(rpm: 1)
            try await stand.pass(milliseconds: Limits.alarmRecordMilliseconds)
            try await stand.send("new", rpm: 101)
        }
        try await withAlarms(at: killed.database) { stand in
            try await stand.settle()
            #expect(stand.heard == ["hot:new raised"])
        }
    }

    /// Nothing was ever recorded of what is judged: the rule is a second old.
    @Test func aKillInARulesFirstSecondLosesNothing() async throws {
        let killed = try TemporaryFolder()
        let source = self.folder
        let sink = RecordingSink { readings in
            guard readings.contains(where: { $0.reading.metrics.rpm == 101 }) else { return }
            try? killed.copy(source.database, as: "telemetry.sqlite")
            try? killed.copy(source.database + "-wal", as: "telemetry.sqlite-wal")
        }
        try await withAlarms(at: self.folder.database, sinks: [sink]) { stand in
            try await stand.send(rpm: 500)
            stand.move(milliseconds: 1)
            try await stand.put("hot")
            try await stand.send(rpm: 101)
        }
        try await withAlarms(at: killed.database) { stand in
            try await stand.settle()
            #expect(stand.heard == ["hot:a raised"])
            #expect(try stand.alarm("hot:a")?.value == 101, "not what was before the rule")
        }
    }

    /// Our clock is set back an hour: alarms are raised all the same, and are there after a kill.
    @Test func aClockThatIsSetBackHidesNothing() async throws {
        let killed = try TemporaryFolder()
        let source = self.folder
        let sink = RecordingSink { readings in
            guard readings.contains(where: { $0.reading.metrics.rpm == 102 }) else { return }
            try? killed.copy(source.database, as: "telemetry.sqlite")
            try? killed.copy(source.database + "-wal", as: "telemetry.sqlite-wal")
        }
        try await withAlarms(at: self.folder.database, sinks: [sink]) { stand in
            try await stand.put("hot") { $0.latch = false }
            try await stand.send(rpm: 1)
            try await stand.pass(milliseconds: Limits.alarmRecordMilliseconds)
            stand.move(milliseconds: -3_600_000)
            func send(_ rpm: Double) async throws {
                let metrics = Metrics(rpm: rpm)
                try await stand.send(
                    Reading(machine: try machine("a"), timestamp: nil, received: stand.now, metrics: metrics))
            }
            try await send(101)
            #expect(try stand.state("hot:a") == .unacknowledged)
            try await send(1)
            try await stand.pass(milliseconds: Limits.alarmRecordMilliseconds)
            try await send(102)
        }
        try await withAlarms(at: killed.database, time: sampleTime.adding(milliseconds: -3_000_000)) { stand in
            try await stand.settle()
            #expect(try stand.alarm("hot:a")?.value == 102)
        }
    }

    /// A retained value filled the ring; a start does not take it for a live one.
    @Test func aStartDoesNotJudgeRetainedValues() async throws {
        for _ in 0..<2 {
            try await withAlarms(at: self.folder.database) { stand in
                try await stand.put("hot") { $0.machine = "*" }
                try await stand.send("b", rpm: 1)
                try await stand.pass(milliseconds: Limits.alarmRecordMilliseconds)
                try await stand.send(try reading("a", rpm: 500, received: stand.now, isRetained: true))
                #expect(stand.heard.isEmpty)
            }
        }
    }

    /// The disk takes nothing: what happens is seen all the same, what people do is refused, and both are right later.
    @Test func aFullDiskHidesNoAlarmAndTakesNoAcknowledgement() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("quiet") {
                $0.kind = "stale"
                ($0.metric, $0.limit) = (nil, nil)
            }
            try await stand.put("hot")
            try await stand.send(rpm: 101)
            try await stand.refuseWrites(true)
            stand.move(milliseconds: 60_000)
            stand.alarms.tick(now: stand.now)
            await #expect(throws: JournalError.self) { try await stand.settle() }
            #expect(try stand.state("quiet:a") == .unacknowledged)
            #expect(stand.heard == ["hot:a raised", "quiet:a raised"])
            let id = try #require(Alarm.ID("hot:a"))
            let error = await #expect(throws: AlarmError.self) {
                try await stand.alarms.acknowledge(id, by: "Kim", comment: "")
            }
            guard case .unavailable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(try stand.state("hot:a") == .unacknowledged)
            await #expect(throws: AlarmError.self) { try await stand.put("other") }
            #expect(stand.alarms.rules(machine: nil).count == 2)

            try await stand.refuseWrites(false)
            try await stand.pass(milliseconds: Limits.alarmRecordMilliseconds)
            #expect(try await stand.history() == ["hot:a raised", "quiet:a raised"])
            #expect(try await stand.alarms.acknowledge(id, by: "Kim", comment: "").state == .acknowledged)
            #expect(stand.heard == ["hot:a raised", "quiet:a raised", "hot:a acknowledged"], "told once")
        }
    }

    @Test func theHistoryIsBounded() throws {
        let queue = try DatabaseQueue()
        try queue.write { db in
            try AlarmSchema.create(db)
            let watched = WatchedAlarm(try rule("hot"), on: try machine("a"), notBefore: sampleTime)
            var record = AlarmRecord()
            record.nextEvent = 1
            var board = AlarmBoard(record, directory: MachineDirectory(epoch: try self.epoch(), capacity: 1))
            for _ in 0..<(Limits.alarmEventsMax + 100) {
                try AlarmEventRow.write(board.event(.raised, of: watched, at: sampleTime), db)
            }
            try AlarmEventRow.prune(last: Int64(Limits.alarmEventsMax + 100), db)
            let kept = try Int.fetchOne(db, sql: "SELECT count(*) FROM alarm_event")
            let oldest = try Int.fetchOne(db, sql: "SELECT min(id) FROM alarm_event")
            #expect(kept == Limits.alarmEventsMax && oldest == 101)
        }
    }

    private func epoch() throws -> Epoch { try #require(Epoch("abc")) }
}
