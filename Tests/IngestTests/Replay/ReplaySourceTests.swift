import Foundation
import Synchronization
import TelemetryCore
import Testing

@testable import Ingest

@Suite(.timeLimit(.minutes(1))) struct ReplaySourceTests {
    /// Of our own making, in the form and with the oddities of the machine tools' event log: one machine after the
    /// other, items of many kinds, states that are no numbers, a clock that goes back, and one with microseconds.
    static let events = """
        timestamp,machine,item,value,code,message
        2018-07-30T14:22:42.083Z,Mill01,hydra_cond,Normal,,
        2018-07-30T14:22:43.000Z,Mill01,S2rpm,250,,
        2018-07-30T14:22:44.000Z,Mill01,S2rpm,260,,
        2018-07-30T14:22:45.000Z,Mill01,S2load,12.5,,
        2018-07-30T14:22:44.500Z,Mill01,Srpm,270,,
        2018-07-30T14:22:46.555020Z,Mill01,S2rpm,UNAVAILABLE,,
        2018-07-30T14:22:46.555021Z,Mill01,logic_cond,Warning,1042,"AIR, low"
        2018-07-30T14:23:46.000Z,Mill01,S2rpm,0,,
        2018-07-30T14:22:43.500Z,Mill03,S2rpm,1800,,
        2018-07-30T14:22:44.600Z,Mill03,S2rpm,1900,,
        2018-07-30T14:22:44.700Z,-bad,S2rpm,1,,
        yesterday,Mill03,S2rpm,1,,
        """
    static let eventMapping = "metric=item,value=value,rpm=S2rpm|Srpm"

    @Test func playsAnEventTable() async throws {
        let world = try ReplayWorld()
        let status = try await world.play(Self.events, "speed=max,\(Self.eventMapping)")
        #expect(
            world.lines == [
                "2018-07-30T14:22:43.000Z Mill01 rpm=250.0", "2018-07-30T14:22:43.500Z Mill03 rpm=1800.0",
                "2018-07-30T14:22:44.000Z Mill01 rpm=260.0", "2018-07-30T14:22:44.600Z Mill03 rpm=1900.0",
                "2018-07-30T14:22:45.000Z Mill01 S2load=12.5", "2018-07-30T14:22:44.500Z Mill01 rpm=270.0",
                "2018-07-30T14:23:46.000Z Mill01 rpm=0.0",
            ])
        #expect(status.rows == 12 && status.stored == 7 && status.refusedCount == 5)
        #expect(status.refused == [.noNumber: 3, .badMachineName: 1, .badTimestamp: 1])
        #expect(status.backwardJumps == 1 && status.largestBackwardJump == 500)
        // Steps of Mill01: 917 1000 1000 2055 59445, of Mill03: 1100.
        #expect(status.gaps == 1)
        #expect(status.passes == 1 && status.isFinished && status.failure == nil)
        #expect(world.submitted.all.joined().allSatisfy { $0.isHistorical && $0.hasSourceTime })
        #expect(world.log.all.contains { $0.contains("recording ended") })
    }

    @Test func saysWhereInTheFileARefusedLineIs() async throws {
        let world = try ReplayWorld()
        _ = try await world.play(Self.events, "speed=max,\(Self.eventMapping)")
        let told = world.rejections.recent().map { rejection in
            "\(rejection.source) \(rejection.machine?.name ?? "-") \(rejection.reason) \(rejection.count)"
        }
        #expect(
            told == [
                "tape.csv:2 Mill01 noNumber 3", "tape.csv:12 - badMachineName 1", "tape.csv:13 Mill03 badTimestamp 1",
            ])
        let first = try #require(world.rejections.recent().first)
        #expect(String(decoding: first.excerpt, as: UTF8.self).hasPrefix("2018-07-30T14:22:42.083Z,Mill01,hydra_cond"))
        #expect(first.remedy == "`hydra_cond` is not a number but `Normal`")
    }

    /// A milling machine: no times, no machine, units in the headers, names that are none of ours.
    @Test func playsATableWithoutTimes() async throws {
        let world = try ReplayWorld()
        let table = """
            UDI,Product ID,Air temperature [K],Rotational speed [rpm],Torque [Nm],PWF
            1,M1,298.1,1551,42.8,0
            2,L2,298.2,1408,46.3,1
            """
        let options = "speed=max,machine=mill,interval=500ms,rpm=Rotational speed,torque=Torque [Nm],time=now"
        let status = try await world.play(table, options)
        // Flat out and shifted: it ends now.
        #expect(
            world.lines == [
                "2025-11-21T09:28:05.500Z mill rpm=1551.0 torque=42.8 PWF=0.0 UDI=1.0 rpm:rpm torque:Nm",
                "2025-11-21T09:28:06.000Z mill rpm=1408.0 torque=46.3 PWF=1.0 UDI=2.0 rpm:rpm torque:Nm",
            ])
        #expect(status.stored == 2 && status.refused.isEmpty)
        #expect(world.submitted.all.joined().allSatisfy { !$0.isHistorical })
    }

    /// Engines one after the other, with cycles for time, and a pressure in another unit.
    @Test func playsCyclesOfAFleetSideBySide() async throws {
        let world = try ReplayWorld()
        let table =
            "unit,cycle,P30_psia,Nf_rpm\n1,1,554.36,2388.06\n1,2,553.75,2388.04\n2,1,550.5,2387.5\n2,2,551,2388\n"
        let options = "speed=max,machine=unit{unit},timestamp=cycle,rpm=Nf_rpm,pressure[psia]=P30_psia"
        let status = try await world.play(table, options)
        #expect(
            world.lines == [
                "1970-01-01T00:00:01.000Z unit1 rpm=2388.06 pressure=554.36 pressure:psia",
                "1970-01-01T00:00:01.000Z unit2 rpm=2387.5 pressure=550.5 pressure:psia",
                "1970-01-01T00:00:02.000Z unit1 rpm=2388.04 pressure=553.75 pressure:psia",
                "1970-01-01T00:00:02.000Z unit2 rpm=2388.0 pressure=551.0 pressure:psia",
            ])
        #expect(status.gaps == 0 && status.backwardJumps == 0)
    }

    @Test func playsOurOwnExports() async throws {
        let csv =
            "machine,seq,timestamp,received,rpm,torque,pressure\r\na,1,2025-11-21T09:28:06.000Z,,1,,\r\n# gap x\r\n"
        let lines = #"{"machine":"a","seq":1,"timestamp":"2025-11-21T09:28:06.000Z","rpm":1}"# + "\n{\"ledger\":{}}\n\n"
        for (text, name) in [(csv, "a.csv"), (lines, "a.ndjson"), ("\u{FEFF}" + lines, "b.ndjson")] {
            let world = try ReplayWorld()
            let status = try await world.play(text, "speed=max", name: name)
            #expect(world.lines == ["2025-11-21T09:28:06.000Z a rpm=1.0"])
            #expect(status.rows == 1)
            let renamed = try ReplayWorld()
            _ = try await renamed.play(text, "speed=max,machine=b", name: name)
            #expect(renamed.lines == ["2025-11-21T09:28:06.000Z b rpm=1.0"])
        }
    }

    /// Runs the source until `body` is done, which moves the clock.
    private func playing(
        _ world: ReplayWorld, _ text: String, _ options: String, _ body: (ReplaySource) async throws -> Void
    ) async throws -> ReplayStatus {
        let source = world.source(try world.recording(text, options))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run() }
            defer { source.shutdown() }
            try await body(source)
            source.shutdown()
            try await group.waitForAll()
        }
        return source.status
    }

    static let paced = "ts,rpm\n10,1\n10,2\n12,3\n11,4\n16,5\n"

    @Test func keepsTheRecordingsTimeAtASpeed() async throws {
        let world = try ReplayWorld()
        let status = try await self.playing(world, Self.paced, "speed=2") { _ in
            try await world.timer.sleeps.first { $0 == .seconds(1) }
            #expect(world.lines.count == 2)
            world.timer.advance(by: .seconds(1))
            // The earlier line goes with the one before it; its own time is half a second before.
            try await world.timer.sleeps.first { $0 == .seconds(3) }
            #expect(world.lines.count == 4)
            world.timer.advance(by: .seconds(2))
            try await world.log.first { $0.contains("recording ended") }
        }
        #expect(
            world.lines == [
                "2025-11-21T09:28:06.000Z tape rpm=1.0", "2025-11-21T09:28:06.000Z tape rpm=2.0",
                "2025-11-21T09:28:07.000Z tape rpm=3.0", "2025-11-21T09:28:06.500Z tape rpm=4.0",
                "2025-11-21T09:28:09.000Z tape rpm=5.0",
            ])
        #expect(world.submitted.all.joined().allSatisfy { !$0.isHistorical && $0.received >= $0.timestamp })
        #expect(status.isFinished && status.stored == 5)
    }

    @Test func keepsTheRecordingsStampsIfAsked() async throws {
        let world = try ReplayWorld()
        _ = try await self.playing(world, Self.paced, "speed=100,time=original") { _ in
            try await world.timer.sleeps.first { $0 == .milliseconds(20) }
            world.timer.advance(by: .seconds(5))
            try await world.log.first { $0.contains("recording ended") }
        }
        #expect(world.lines.first == "1970-01-01T00:00:10.000Z tape rpm=1.0")
        #expect(world.lines.last == "1970-01-01T00:00:16.000Z tape rpm=5.0")
        #expect(world.submitted.all.joined().allSatisfy { !$0.isHistorical })
    }

    @Test func beginsAnewInALoop() async throws {
        let world = try ReplayWorld()
        let status = try await self.playing(world, "rpm\n1\n2\n", "loop") { source in
            for pass in 0..<3 {
                // A second from the first line to the second, and one more until it begins anew.
                try await world.timer.sleeps.first { $0 == .seconds(pass * 2 + 1) }
                #expect(world.lines.count == pass * 2 + 1)
                world.timer.advance(by: .seconds(1))
                try await world.timer.sleeps.first { $0 == .seconds(pass * 2 + 2) }
                world.timer.advance(by: .seconds(1))
            }
            try await world.submitted.first(from: 6) { _ in true }
        }
        #expect(status.passes == 3 && !status.isFinished && status.rows >= 6)
        #expect(world.lines[2] == "2025-11-21T09:28:08.000Z tape rpm=1.0")
    }

    @Test func triesAgainWhatTheWriterCannotTake() async throws {
        let world = try ReplayWorld()
        world.failures.withLock { $0 = [.queueFull, .storage("disk full"), .queueFull] }
        let status = try await self.playing(world, "ts,rpm\n1,1\n1,2\n", "speed=max") { _ in
            for pause in [Limits.replayRetryFull, Limits.replayRetryStorage, Limits.replayRetryFull] {
                let due = world.timer.now.offset + pause
                try await world.timer.sleeps.first { $0 == due }
                #expect(world.submitted.all.isEmpty)
                world.timer.advance(by: pause)
            }
            try await world.log.first { $0.contains("recording ended") }
        }
        #expect(status.stored == 2 && status.isFinished)
        #expect(world.log.all.count { $0.contains("waits for the store") } == 1)
    }

    @Test func endsQuietlyWithTheStore() async throws {
        let world = try ReplayWorld()
        world.failures.withLock { $0 = [.stopped] }
        let status = try await world.play("rpm\n1\n", "speed=max")
        #expect(status.stored == 0 && !status.isFinished && status.failure == nil)
    }

    @Test func countsWhatTheWriterRefuses() async throws {
        let world = try ReplayWorld(refuses: { $0.metrics.rpm == 2 })
        let status = try await world.play("rpm\n1\n2\nx\n3\n2\n", "speed=max")
        #expect(status.stored == 2 && status.refused == [.unitChanged: 2, .noNumber: 1])
        let told = world.rejections.recent().map { "\($0.source) \($0.reason) \($0.count)" }
        #expect(told == ["tape.csv:3 unitChanged 2", "tape.csv:4 noNumber 1"])
    }

    @Test func hintsAtColumnsOnce() async throws {
        let world = try ReplayWorld()
        let status = try await world.play("RPM,torque\n1,2\n3,4\n", "speed=max")
        #expect(status.stored == 2 && status.refused.isEmpty)
        #expect(world.rejections.recent().map(\.reason) == [.unchartedMetric])
    }

    @Test func goesOnInBatchesUntilItIsStopped() async throws {
        let world = try ReplayWorld()
        let text = "rpm\n" + (0..<3000).map { "\($0)\n" }.joined()
        let status = try await world.play(text, "speed=max")
        #expect(world.submitted.all.map(\.count) == [1024, 1024, 952])
        #expect(status.stored == 3000)
        let endless = try ReplayWorld()
        let looped = try await self.playing(endless, text, "speed=max,loop") { _ in
            try await endless.submitted.first(from: 10) { _ in true }
        }
        #expect(looped.passes >= 3 && !looped.isFinished)
    }

    /// Longer than what is put in order at once: piece by piece, each in order, none left out.
    @Test(arguments: [
        (1, [1, 2, 3, 4, 5]), (2, [1, 2, 4, 3, 5]), (3, [1, 2, 3, 4, 5]), (6, [1, 4, 2, 5, 3]), (7, [1, 4, 2, 5, 3]),
    ])
    func aLongRecordingIsPlayedInPieces(piece: Int, order: [Double]) async throws {
        let world = try ReplayWorld()
        let text = "machine,ts,rpm\na,1,1\na,2,2\na,3,3\nb,1,4\nb,2,5\nb,3,x\n"
        let source = world.source(try world.recording(text, "speed=max"), piece: piece)
        try await source.run()
        #expect(world.submitted.all.joined().compactMap(\.metrics.rpm) == order)
        #expect(source.status.rows == 6 && source.status.refused == [.noNumber: 1] && source.status.isFinished)
        #expect(world.rejections.recent().map(\.source) == ["tape.csv:7"])
        #expect(source.status.detail == "played: 6 lines, 5 stored, 1 refused")
    }

    @Test(arguments: ["rpm\nx\ny\n", "rpm\n", "rpm\n\n# end\n"])
    func aFileWithoutAReadingEnds(text: String) async throws {
        let world = try ReplayWorld()
        let status = try await world.play(text, "speed=max,loop")
        #expect(status.isFinished && status.stored == 0 && status.passes == 1)
    }
}
