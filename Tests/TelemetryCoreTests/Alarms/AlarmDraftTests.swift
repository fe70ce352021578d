import Testing

@testable import TelemetryCore

/// What makes a rule, and what is refused with the name of the member.
@Suite struct AlarmDraftTests {
    static func draft() -> AlarmDraft {
        var draft = AlarmDraft(rule: "press-high", kind: "high")
        draft.machine = "machineA"
        draft.metric = "rpm"
        draft.limit = 1_800
        draft.deadband = 20
        draft.onDelay = 2
        draft.offDelay = 5.5
        draft.priority = "urgent"
        draft.text = "Too fast"
        draft.action = "Slow down"
        return draft
    }

    @Test func allOfItIsTaken() throws {
        let rule = try Self.draft().rule(source: .page)
        #expect(rule.id.name == "press-high" && rule.machine?.name == "machineA" && rule.metric == .rpm)
        #expect(rule.kind == .high && rule.limit == 1_800 && rule.deadband == 20 && rule.latch && rule.isEnabled)
        #expect(rule.onDelayMilliseconds == 2_000 && rule.offDelayMilliseconds == 5_500)
        #expect(rule.priority == .urgent && rule.text == "Too fast" && rule.action == "Slow down")
    }

    @Test func silenceHasNeitherMetricNorLimit() throws {
        var draft = AlarmDraft(rule: "quiet", kind: "stale")
        let rule = try draft.rule(source: .configuration)
        #expect(rule.machine == nil && rule.metric == nil)
        draft.limit = 1
        #expect(throws: AlarmError.self) { try draft.rule(source: .page) }
        draft.limit = nil
        draft.metric = "rpm"
        #expect(throws: AlarmError.self) { try draft.rule(source: .page) }
    }

    @Test(arguments: [
        "rule", "machine", "metric", "kind", "limit", "deadband", "onDelay", "offDelay", "priority", "text", "action",
    ])
    func whatMakesNoSenseIsNamed(member: String) throws {
        var draft = Self.draft()
        switch member {
        case "rule": draft.rule = "a:b"
        case "machine": draft.machine = ".hidden"
        case "metric": draft.metric = "1st"
        case "kind": draft.kind = "highest"
        case "limit": draft.limit = .nan
        case "deadband": draft.deadband = -1
        case "onDelay": draft.onDelay = 86_401
        case "offDelay": draft.offDelay = .infinity
        case "priority": draft.priority = "critical"
        case "text": draft.text = String(repeating: "x", count: Limits.alarmTextBytesMax + 1)
        default: draft.action = String(repeating: "ö", count: Limits.alarmTextBytesMax / 2 + 1)
        }
        let error = #expect(throws: AlarmError.self) { try draft.rule(source: .page) }
        #expect(error?.description.hasPrefix("\(member):") == true)
    }

    @Test func aRateIsNotNegative() {
        var draft = Self.draft()
        draft.kind = "rate"
        draft.limit = -1
        #expect(throws: AlarmError.self) { try draft.rule(source: .page) }
    }

    @Test func namesOfRulesNeedNoQuoting() {
        #expect(AlarmRule.ID("A.b_c-9") != nil)
        for bad in ["", "a b", "a:b", "ä", "a/b", String(repeating: "x", count: 65)] {
            #expect(AlarmRule.ID(bad) == nil)
        }
        #expect(Alarm.ID("press-high:machineA")?.description == "press-high:machineA")
        for bad in ["", "a", "a:", ":m", "a:b:c", "a:.m"] { #expect(Alarm.ID(bad) == nil) }
    }
}
