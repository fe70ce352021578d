import Testing

@testable import TelemetryCore

/// Rules come, change and go; the page and the configuration beside each other; shelves.
@Suite struct AlarmRuleChangeTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func refusal(_ body: () async throws -> Void) async throws -> AlarmError? {
        do {
            try await body()
            return nil
        } catch let error as AlarmError {
            return error
        }
    }

    @Test(arguments: ["disabled", "removed", "other metric", "other machine"])
    func anAlarmEndsWithItsRule(how: String) async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 101)
            switch how {
            case "disabled": try await stand.put("hot") { $0.enabled = false }
            case "removed": try await stand.alarms.remove(rule: try #require(AlarmRule.ID("hot")))
            case "other metric": try await stand.put("hot") { $0.metric = "torque" }
            default: try await stand.put("hot") { $0.machine = "b" }
            }
            try await stand.settle()
            #expect(stand.alarms.current(machine: nil).isEmpty)
            #expect(stand.heard == ["hot:a raised", "hot:a reset"])
            try await stand.send(rpm: 150)
            #expect(stand.heard.count == 2)
            #expect(try await stand.history() == stand.heard)
        }
        try await withAlarms(at: self.folder.database) { stand in
            #expect(stand.alarms.current(machine: nil).isEmpty)
            #expect(stand.alarms.rules(machine: nil).count == (how == "removed" ? 0 : 1))
        }
    }

    @Test func anotherLimitKeepsTheAlarmUntilAValueTells() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 150)
            try await stand.put("hot") {
                $0.limit = 200
                $0.priority = "urgent"
                $0.text = "changed"
            }
            let kept = try #require(stand.alarms.current(machine: nil).first)
            #expect(kept.state == .unacknowledged && kept.priority == .urgent && kept.text == "changed")
            try await stand.send(rpm: 150)
            #expect(try stand.state("hot:a") == .returned)
            // Without latch there is nothing to wait for.
            try await stand.put("hot") {
                $0.limit = 200
                $0.latch = false
            }
            #expect(try stand.state("hot:a") == .normal)
            #expect(stand.heard == ["hot:a raised", "hot:a cleared", "hot:a reset"])
        }
    }

    @Test func theConfigurationWins() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 101)
            let configured = try rule("hot", source: .configuration) { $0.limit = 500 }
            stand.alarms.setConfigured([configured])
            #expect(stand.alarms.rules(machine: nil) == [configured])
            let put = try await self.refusal { try await stand.put("hot") }
            guard case .configured = put else {
                Issue.record("\(String(describing: put))")
                return
            }
            let remove = try await self.refusal {
                try await stand.alarms.remove(rule: try #require(AlarmRule.ID("hot")))
            }
            guard case .configured = remove else {
                Issue.record("\(String(describing: remove))")
                return
            }
            try await stand.send(rpm: 101)
            #expect(try stand.state("hot:a") == .returned)
            // The page's rule comes back when the file names it no longer.
            stand.alarms.setConfigured([])
            #expect(stand.alarms.rules(machine: nil).map(\.source) == [.page])
            try await stand.send(rpm: 101)
            #expect(try stand.state("hot:a") == .unacknowledged)
        }
    }

    /// A rule of the configuration is known again at the next start, and so is its alarm; not if the file lost it.
    @Test func configuredAlarmsOutliveARestart() async throws {
        let configured = [try rule("hot", source: .configuration)]
        try await withAlarms(at: self.folder.database, configured: configured) { stand in
            try await stand.send(rpm: 101)
            #expect(try stand.state("hot:a") == .unacknowledged)
        }
        try await withAlarms(at: self.folder.database, configured: configured) { stand in
            let state = try stand.state("hot:a")
            #expect(state == .unacknowledged)
            #expect(stand.heard.isEmpty)
        }
        try await withAlarms(at: self.folder.database) { stand in
            #expect(stand.alarms.current(machine: nil).isEmpty)
            #expect(stand.alarms.rules(machine: nil).isEmpty)
            try await stand.settle()
            #expect(stand.heard == ["hot:a reset"])
            #expect(try await stand.history() == ["hot:a raised", "hot:a reset"])
        }
    }

    @Test func rulesAreBounded() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            let many = try (0..<Limits.alarmRulesMax).map { try rule("r\($0)", source: .configuration) }
            stand.alarms.setConfigured(many)
            let error = try await self.refusal { try await stand.put("one-more") }
            guard case .full = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func aShelfHidesForAWhileAndAlwaysEnds() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 1)
            let id = try #require(Alarm.ID("hot:a"))
            let shelved = try await stand.alarms.shelve(id, for: .seconds(1_800), by: "Kim", comment: "bearing")
            #expect(shelved.state == .normal && shelved.shelved?.by == "Kim")
            #expect(shelved.shelved?.until == stand.now.adding(milliseconds: 1_800_000))
            #expect(stand.alarms.current(machine: nil) == [shelved])
            try await stand.send(rpm: 101)
            #expect(try stand.state("hot:a") == .unacknowledged, "it is judged all the same")
            #expect(try await stand.alarms.pinned(episode: 1) == nil, "but pins nothing")
            try await stand.pass(milliseconds: 1_800_000)
            #expect(try stand.alarm("hot:a")?.shelved == nil)
            _ = try await stand.alarms.shelve(id, for: .seconds(86_400), by: "Kim", comment: "")
            #expect(try await stand.alarms.unshelve(id, by: "Ada", comment: "").shelved == nil)
            #expect(
                stand.heard == ["shelved", "raised", "expired", "shelved", "unshelved"].map { "hot:a \($0)" })
        }
    }

    @Test func whatCannotBeDoneIsSaid() async throws {
        try await withAlarms(at: self.folder.database) { stand in
            try await stand.put("hot")
            try await stand.send(rpm: 1)
            let id = try #require(Alarm.ID("hot:a"))
            let desk = stand.alarms
            let unknown = try #require(Alarm.ID("cold:a"))
            let refusals: [AlarmError?] = [
                try await self.refusal { _ = try await desk.acknowledge(id, by: "Kim", comment: "") },
                try await self.refusal { _ = try await desk.unshelve(id, by: "Kim", comment: "") },
                try await self.refusal { _ = try await desk.acknowledge(unknown, by: "Kim", comment: "") },
                try await self.refusal { _ = try await desk.acknowledge(id, by: "", comment: "") },
                try await self.refusal { _ = try await desk.shelve(id, for: .seconds(86_401), by: "K", comment: "") },
                try await self.refusal { _ = try await desk.shelve(id, for: .zero, by: "K", comment: "") },
                try await self.refusal { try await desk.remove(rule: unknown.rule) },
            ]
            let kinds = refusals.map { error in
                switch error {
                case .conflict: "conflict"
                case .notFound: "notFound"
                case .invalid: "invalid"
                default: "?"
                }
            }
            #expect(
                kinds == ["conflict", "conflict", "notFound", "invalid", "invalid", "invalid", "notFound"])
            try await stand.send(rpm: 101)
            _ = try await desk.acknowledge(id, by: "Kim", comment: "")
            let again = try await self.refusal { _ = try await desk.acknowledge(id, by: "Ada", comment: "") }
            #expect(again?.description.contains("Kim") == true)
            #expect(try stand.alarm("hot:a")?.acknowledged?.by == "Kim")
        }
    }
}
