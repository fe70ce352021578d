import Testing

@testable import TelemetryCore

/// The stream, judged: from a reading to what people see, do and read later.
@Suite struct AlarmDeskTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func anAlarmFromItsRaiseToItsEnd() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot") {
                $0.text = "Too fast"
                $0.priority = "urgent"
            }
            try await stand.send(rpm: 99)
            #expect(stand.alarms.current(machine: nil).isEmpty)
            stand.move(milliseconds: 1_000)
            try await stand.send(rpm: 101)
            let raised = try #require(stand.alarms.current(machine: nil).first)
            #expect(raised.id.description == "hot:a" && raised.state == .unacknowledged && raised.isActive)
            #expect(raised.value == 101 && raised.sequence == 2 && raised.limit == 100 && raised.chatter == 1)
            #expect(raised.raisedAt == stand.now && raised.since == stand.now && raised.episode == 1)
            #expect(raised.text == "Too fast" && raised.priority == .urgent)

            stand.move(milliseconds: 1_000)
            let acknowledged = try await stand.alarms.acknowledge(raised.id, by: "Kim", comment: "on it")
            #expect(acknowledged.state == .acknowledged)
            #expect(acknowledged.acknowledged == .init(by: "Kim", at: stand.now, comment: "on it"))
            #expect(stand.alarms.current(machine: nil) == [acknowledged])
            try await stand.send(rpm: 100)
            #expect(stand.alarms.current(machine: nil).isEmpty)
            #expect(stand.heard == ["hot:a raised", "hot:a acknowledged", "hot:a cleared"])
            #expect(try await stand.history() == stand.heard)
            let events = try await stand.alarms.history(machine: try machine("a"), before: nil, limit: 2)
            #expect(events.map(\.kind) == [.cleared, .acknowledged])
            #expect(events.last?.by == "Kim" && events.last?.comment == "on it" && events.last?.episode == 1)
            #expect(events.first?.value == 100 && events.first?.text == "Too fast")
            let rest = try await stand.alarms.history(
                machine: nil, before: .event(try #require(events.last).id), limit: 9)
            #expect(rest.map(\.kind) == [.raised])
            #expect(try await stand.alarms.history(machine: try machine("b"), before: nil, limit: 9).isEmpty)
        }
    }

    @Test func aLatchedAlarmStaysUntilSomebodyKnows() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.put("loose") { $0.latch = false }
            try await stand.send(rpm: 101)
            try await stand.send(rpm: 50)
            #expect(try stand.state("hot:a") == .returned)
            #expect(try stand.alarm("hot:a")?.isActive == false)
            #expect(try stand.state("loose:a") == .normal)
            #expect(stand.alarms.current(machine: nil).map(\.id.description) == ["hot:a"])
            let id = try #require(Alarm.ID("hot:a"))
            #expect(try await stand.alarms.acknowledge(id, by: "Kim", comment: "").state == .normal)
            #expect(stand.alarms.current(machine: nil).isEmpty)
        }
    }

    /// high and highHigh on one metric are two alarms; the more important stands first.
    @Test func eachRuleIsAnAlarmOfItsOwn() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("a-high")
            try await stand.put("b-high-high") {
                $0.kind = "highHigh"
                $0.limit = 200
                $0.priority = "urgent"
            }
            try await stand.send(rpm: 150)
            #expect(stand.alarms.current(machine: nil).map(\.id.description) == ["a-high:a"])
            try await stand.send(rpm: 250)
            #expect(stand.alarms.current(machine: nil).map(\.id.description) == ["b-high-high:a", "a-high:a"])
            try await stand.send(rpm: 150)
            #expect(try stand.state("b-high-high:a") == .returned)
            #expect(try stand.state("a-high:a") == .unacknowledged)
        }
    }

    @Test func delaysEndByReadingsAndByTicks() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot") {
                $0.onDelay = 2
                $0.offDelay = 3
            }
            let begin = stand.now
            try await stand.send(rpm: 101)
            try await stand.pass(milliseconds: 1_999)
            #expect(try stand.state("hot:a") == .normal)
            try await stand.send(rpm: 100)
            try await stand.pass(milliseconds: 60_000)
            #expect(try stand.state("hot:a") == .normal, "it was not so all the time")
            try await stand.send(rpm: 102)
            try await stand.pass(milliseconds: 2_500)
            let raised = try stand.alarm("hot:a")
            #expect(raised?.state == .unacknowledged && raised?.value == 102)
            #expect(raised?.raisedAt == begin.adding(milliseconds: 1_999 + 60_000 + 2_000))
            try await stand.send(rpm: 10)
            #expect(try stand.alarm("hot:a")?.isActive == true)
            stand.move(milliseconds: 3_000)
            try await stand.send(rpm: 200)
            // The off-delay was over when this value came: it is a new beginning.
            #expect(stand.heard == ["hot:a raised", "hot:a cleared"])
            try await stand.pass(milliseconds: 2_000)
            #expect(stand.heard.last == "hot:a raised")
            #expect(try stand.alarm("hot:a")?.episode == 2 && (try stand.alarm("hot:a"))?.chatter == 2)
        }
    }

    @Test func aRuleForAllMakesAnAlarmPerMachineAsTheyCome() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.send("a", rpm: 500)
            try await stand.put("hot") { $0.machine = "*" }
            #expect(stand.alarms.current(machine: nil).isEmpty, "what was before the rule is none of its business")
            for name in ["a", "b", "c"] { try await stand.send(name, rpm: 500) }
            #expect(stand.alarms.current(machine: nil).count == 3)
            #expect(stand.alarms.current(machine: try machine("b")).map(\.id.description) == ["hot:b"])
            // Which a rule for one machine does not do.
            try await stand.put("one") { $0.machine = "b" }
            try await stand.send("c", rpm: 500)
            #expect(try stand.alarm("one:c") == nil)
            #expect(stand.alarms.rules(machine: try machine("a")).map(\.id.name) == ["hot"])
            #expect(stand.alarms.rules(machine: try machine("b")).map(\.id.name) == ["hot", "one"])
        }
    }

    @Test func extraMetricsCountAndMissingOnesSayNothing() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("warm") { $0.metric = "temperature" }
            try await stand.send(extra: ("temperature", 101))
            #expect(try stand.state("warm:a") == .unacknowledged)
            try await stand.send(rpm: 1)
            #expect(try stand.alarm("warm:a")?.isActive == true)
            try await stand.send(extra: ("temperature", 99))
            #expect(try stand.state("warm:a") == .returned)
        }
    }

    @Test func changesPerSecondAreTakenBySourceTime() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("jump") {
                $0.kind = "rate"
                $0.limit = 10
            }
            // A burst after a reconnect: received within a millisecond, measured a second apart.
            let begin = stand.now
            for second in 0..<5 {
                try await stand.send(
                    Reading(
                        machine: try machine("a"),
                        timestamp: begin.adding(milliseconds: Int64(second) * 1_000 - 5_000),
                        received: begin,
                        metrics: Metrics(rpm: Double(second) * 9)
                    ))
            }
            #expect(stand.alarms.current(machine: nil).isEmpty)
            try await stand.send(rpm: 36 + 11)
            #expect(try stand.alarm("jump:a")?.value == 11)
        }
    }

    /// A file of the past, a late message and a retained value raise nothing, and end nothing.
    @Test func whatIsNotAboutNowIsNotJudged() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot") { $0.machine = "*" }
            func reading(_ name: String, rpm: Double, age: Int64, _ change: (inout Reading) -> Void) throws -> Reading {
                var reading = Reading(
                    machine: try machine(name),
                    timestamp: stand.now.adding(milliseconds: -age),
                    received: stand.now,
                    metrics: Metrics(rpm: rpm)
                )
                change(&reading)
                return reading
            }
            try await stand.send(try reading("b", rpm: 500, age: 0) { $0.isRetained = true })
            try await stand.send(rpm: 50)
            try await stand.send(try reading("a", rpm: 500, age: 9_000) { _ in })
            try await stand.send(try reading("a", rpm: 500, age: 0) { $0.isHistorical = true })
            #expect(stand.heard.isEmpty)
            try await stand.send(rpm: 101)
            try await stand.send(try reading("a", rpm: 1, age: 9_000) { _ in })
            #expect(try stand.alarm("hot:a")?.isActive == true)
            #expect(stand.heard == ["hot:a raised"])
        }
    }

    @Test func silenceIsAnAlarmToo() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("quiet") {
                $0.kind = "stale"
                $0.metric = nil
                $0.limit = nil
                $0.machine = "*"
            }
            try await stand.send(rpm: 1)
            try await stand.pass(milliseconds: 4_000)
            #expect(stand.heard.isEmpty)
            try await stand.pass(milliseconds: 2_000)
            #expect(try stand.state("quiet:a") == .unacknowledged)
            #expect(try stand.alarm("quiet:a")?.sequence == 1 && (try stand.alarm("quiet:a"))?.limit == nil)
            try await stand.send(rpm: 1)
            try await stand.pass(milliseconds: 500)
            #expect(try stand.state("quiet:a") == .returned)
        }
    }
}
