import ArgumentParser
import TelemetryCore
import Testing

@testable import telemetryd

/// The list `alarms:` of the configuration file.
@Suite struct AlarmEntryTests {
    private func rules(_ text: String) -> [AlarmRule] {
        let file = ConfigurationFile(path: "t.yaml", text: text)
        #expect(file.problems.isEmpty, "\(file.problems)")
        return file.alarms.map(\.rule)
    }

    private static let full = """
        port: 4000
        alarms:
          - rule: press-high
            machine: machineA
            metric: pressure
            kind: high
            limit: 8.5
            deadband: 0.5
            onDelay: 2s
            offDelay: 1.5
            latch: false
            priority: urgent
            text: "too high: stop"
            action: open the valve
            enabled: false
          - {rule: silent, kind: stale, onDelay: 500ms, text: }

        """

    @Test func everyMember() throws {
        let rules = self.rules(Self.full)
        let first = try #require(rules.first)
        #expect(first.id.name == "press-high" && first.machine?.name == "machineA" && first.metric == .pressure)
        #expect(first.kind == .high && first.limit == 8.5 && first.deadband == 0.5 && !first.latch)
        #expect(first.onDelayMilliseconds == 2_000 && first.offDelayMilliseconds == 1_500)
        #expect(first.priority == .urgent && first.text == "too high: stop" && first.action == "open the valve")
        #expect(!first.isEnabled && first.source == .configuration)
        let second = try #require(rules.last)
        #expect(second.machine == nil && second.kind == .stale && second.onDelayMilliseconds == 500)
        #expect(second.text.isEmpty && second.latch && second.isEnabled && second.priority == .medium)
    }

    @Test(arguments: ["", "alarms:\n", "alarms: ~\n", "alarms: []\n"])
    func none(text: String) {
        #expect(self.rules(text).isEmpty)
    }

    @Test(arguments: [
        ("alarms: high", "t.yaml:1: alarms must be a list of rules"),
        ("alarms: {rule: a}", "t.yaml:1: alarms must be a list of rules"),
        ("alarms:\n  - high", "t.yaml:2: alarms: a rule has members"),
        ("alarms:\n  - kind: stale", "t.yaml:2: alarms: the rule has no rule, its name"),
        ("alarms:\n  - rule: a", "t.yaml:2: alarms: the rule has no kind"),
        (
            "alarms:\n  - rule: a\n    kind: stale\n    enable: no",
            "t.yaml:4: alarms: a rule has no member \"enable\"; did you mean \"enabled\"?"
        ),
        (
            "alarms:\n  - rule: a\n    zzzzzzzz: 1",
            "t.yaml:3: alarms: a rule has no member \"zzzzzzzz\"; there are rule"
        ),
        ("alarms:\n  - rule: a b\n    kind: stale", "t.yaml:2: alarms: a b: rule: 1 to 64 of"),
        ("alarms:\n  - rule: a\n    kind: hig", "t.yaml:3: alarms: a: kind: one of high, highHigh"),
        ("alarms:\n  - rule: a\n    kind: high\n    limit: 1", "t.yaml:2: alarms: a: metric:"),
        ("alarms:\n  - rule: a\n    kind: high\n    metric: rpm", "t.yaml:2: alarms: a: limit: a number is needed"),
        (
            "alarms:\n  - rule: a\n    kind: high\n    metric: rpm\n    limit: many",
            "t.yaml:5: alarms: a: limit is \"many\"; it must be a number"
        ),
        ("alarms:\n  - {rule: a, kind: high, metric: rpm, limit: nan}", "t.yaml:2: alarms: a: limit"),
        ("alarms:\n  - {rule: a, kind: stale, onDelay: soon}", "t.yaml:2: alarms: a: onDelay is \"soon\"; it must be"),
        ("alarms:\n  - {rule: a, kind: stale, onDelay: -1}", "t.yaml:2: alarms: a: onDelay"),
        ("alarms:\n  - {rule: a, kind: stale, offDelay: 2d}", "t.yaml:2: alarms: a: offDelay: 0 to 86400 seconds"),
        ("alarms:\n  - {rule: a, kind: stale, latch: 7}", "t.yaml:2: alarms: a: latch is \"7\"; it must be true"),
        ("alarms:\n  - {rule: a, kind: stale, priority: top}", "t.yaml:2: alarms: a: priority: one of urgent"),
        ("alarms:\n  - {rule: a, kind: stale, machine: .a}", "t.yaml:2: alarms: a: machine:"),
        ("alarms:\n  - {rule: a, kind: stale, text: [a]}", "t.yaml:2: alarms: text must be one value"),
        (
            "alarms:\n  - {rule: a, kind: stale}\n  - {rule: a, kind: stale}",
            "t.yaml:3: alarms: there is a rule \"a\" in line 2 already"
        ),
        ("alarm: []", "t.yaml:1: there is no option \"alarm\"; did you mean \"alarms\"?"),
    ])
    func whatIsWrongIsNamedWithItsLine(text: String, words: String) throws {
        let problems = ConfigurationFile(path: "t.yaml", text: text).problems
        let only = try #require(problems.first)
        #expect(problems.count == 1 && !only.description.contains("\n"))
        #expect(only.description.hasPrefix(words), "\(only)")
    }

    @Test func everyBadRuleIsListed() {
        let text = "alarms:\n  - {rule: a}\n  - {rule: b, kind: stale}\n  - {rule: c, kind: no}\n"
        #expect(ConfigurationFile(path: "t.yaml", text: text).problems.count == 2)
    }

    @Test func tooMany() {
        let rules = (0...500).map { "  - {rule: r\($0), kind: stale}\n" }.joined()
        let problems = ConfigurationFile(path: "t.yaml", text: "alarms:\n" + rules).problems
        #expect(problems.map(\.description) == ["t.yaml:2: alarms has 501 rules; there can be 500"])
    }

    @Test func theyAreInTheConfigurationAndWhatCheckConfigPrintsIsAFile() throws {
        let file = ConfigurationFile(path: "t.yaml", text: "simulate: a\n" + Self.full)
        let options = try RawOptions.parse([])
        let configuration = try Configuration(options: options, environment: [:], file: file)
        #expect(configuration.alarms == file.alarms.map(\.rule) && configuration.alarms.count == 2)
        let reader = SettingReader(options: options, environment: [:], file: file)
        let text = EffectiveConfiguration.text(reader, file)
        #expect(text.contains("# t.yaml:4"))
        #expect(self.rules(text) == configuration.alarms)
    }
}
