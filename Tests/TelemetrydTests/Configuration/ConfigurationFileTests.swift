import ArgumentParser
import Testing

@testable import telemetryd

@Suite struct ConfigurationFileTests {
    private func settings(_ name: String, in text: String) throws -> [SettingReader.Setting] {
        let file = ConfigurationFile(path: "t.yaml", text: text)
        #expect(file.problems.isEmpty)
        return SettingReader(options: try RawOptions.parse([]), environment: [:], file: file).settings(name)
    }

    private func problem(_ text: String) throws -> String {
        let problems = ConfigurationFile(path: "t.yaml", text: text).problems
        let only = try #require(problems.first)
        #expect(problems.count == 1 && !only.description.contains("\n"))
        return only.description
    }

    @Test func valuesComeWithTheirLine() throws {
        let text = "# a comment\nport: 4000\nhistory:   12 # another\n"
        #expect(try self.settings("port", in: text) == [.init(place: "t.yaml:2", key: "port", value: "4000")])
        #expect(try self.settings("history", in: text).map(\.value) == ["12"])
        #expect(try self.settings("host", in: text).isEmpty)
    }

    @Test(arguments: ["", "# nothing\n", "---\n", "~", "port:\nhost: null\n"])
    func nothingIsAsked(text: String) throws {
        #expect(ConfigurationFile(path: "t.yaml", text: text).problems.isEmpty)
        #expect(try self.settings("port", in: text).isEmpty)
    }

    @Test func lists() throws {
        let block = try self.settings("mqtt", in: "mqtt:\n  - mqtt://a\n  - mqtt://b\n")
        #expect(block.map(\.value) == ["mqtt://a", "mqtt://b"])
        #expect(block.map(\.origin) == ["t.yaml:2: mqtt", "t.yaml:3: mqtt"])
        #expect(try self.settings("mqtt", in: "mqtt: [mqtt://a, mqtt://b]").count == 2)
        #expect(try self.settings("mqtt", in: "mqtt: mqtt://a").map(\.value) == ["mqtt://a"])
        #expect(try self.settings("simulate", in: "simulate: [a, b]").map(\.value) == ["a,b"])
        #expect(try self.settings("simulate", in: "simulate: a,b").map(\.value) == ["a,b"])
    }

    @Test func mappings() throws {
        let text = "unit:\n  pressure: kPa\n  press1/rpm: Hz\nsparkplug-metrics: {Motor/Speed: rpm}\n"
        let units = try self.settings("unit", in: text)
        #expect(Set(units.map(\.value)) == ["pressure=kPa", "press1/rpm=Hz"])
        #expect(units.first?.keyAndValue?.key == "pressure")
        #expect(try self.settings("sparkplug-metric", in: text).map(\.value) == ["Motor/Speed=rpm"])
        #expect(try self.settings("unit", in: "unit: [a/rpm=Hz]").map(\.value) == ["a/rpm=Hz"])
        #expect(try self.settings("expect", in: "expect: 5s").map(\.value) == ["5s"])
    }

    @Test(arguments: [
        ("prot: 3000", "t.yaml:1: there is no option \"prot\"; did you mean \"port\"?"),
        ("port: 1\nmqtt-tpoic: x", "t.yaml:2: there is no option \"mqtt-tpoic\"; did you mean \"mqtt-topic\"?"),
        ("config: x", "t.yaml:1: there is no option \"config\""),
        ("zzzzzzzz: 1", "telemetryd --help lists the options"),
        ("port: [1, 2]", "t.yaml:1: port must be one value"),
        ("port: {a: 1}", "t.yaml:1: port must be one value"),
        ("mqtt: {a: 1}", "t.yaml:1: mqtt must be one value or a list of values"),
        ("mqtt: [[a]]", "mqtt must be"),
        ("unit:\n  rpm: [a]", "unit must be a mapping"),
        ("sparkplug: [a]", "sparkplug must be true or false"),
        ("just text", "t.yaml:1: it must be a list of options"),
        ("port: 1\nport: 2", "port is in it twice"),
        ("port: 1\n  host: x\n", "t.yaml:2: this is not YAML"),
        ("a: [", "this is not YAML"),
        ("a: 1\n---\nb: 2", "this is not YAML"),
    ])
    func whatIsWrongIsNamed(text: String, words: String) throws {
        #expect(try self.problem(text).contains(words))
    }

    @Test func everythingWrongIsListed() {
        let file = ConfigurationFile(path: "t.yaml", text: "prot: 1\nhistroy: 2\nport: 3\n")
        #expect(file.problems.count == 2)
    }

    @Test func badValueIsNamedWithItsLine() throws {
        let file = ConfigurationFile(path: "t.yaml", text: "simulate: a\nport: many\n")
        #expect {
            _ = try Configuration(options: RawOptions.parse([]), environment: [:], file: file)
        } throws: { error in
            "\(error)".hasPrefix("t.yaml:2: port is \"many\": it must be")
        }
    }

    @Test func flagsBeatTheEnvironmentAndThatTheFile() throws {
        let file = ConfigurationFile(path: "t.yaml", text: "simulate: a\nport: 1\nhistory: 1\nhost: 0.0.0.0\n")
        let found = try Configuration(
            options: RawOptions.parse(["--port", "3"]),
            environment: ["TELEMETRYD_PORT": "2", "TELEMETRYD_HISTORY": "2"],
            file: file
        )
        #expect(found.port == 3 && found.historyPerMachine == 2 && found.host == "0.0.0.0")
    }

    @Test func aFileThatIsNotThere() {
        #expect { _ = try ConfigurationFile(path: "/no/such.yaml") } throws: { error in
            "\(error)".contains("/no/such.yaml cannot be read: No such file")
        }
    }
}
