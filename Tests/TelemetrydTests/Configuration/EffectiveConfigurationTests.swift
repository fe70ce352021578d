import ArgumentParser
import Testing

@testable import telemetryd

@Suite struct EffectiveConfigurationTests {
    private func text(_ arguments: [String], _ environment: [String: String] = [:], file: String = "") throws -> String
    {
        let file = ConfigurationFile(path: "t.yaml", text: file)
        #expect(file.problems.isEmpty)
        return EffectiveConfiguration.text(
            SettingReader(options: try RawOptions.parse(arguments), environment: environment, file: file))
    }

    @Test func eachValueHasItsOrigin() throws {
        let text = try self.text(["--history", "5"], ["PORT": "1"], file: "host: 0.0.0.0\nsimulate: [a, b]\n")
        let lines = text.split(separator: "\n").map { $0.split(separator: "#").map { $0.trimmingSpaces() } }
        #expect(lines.contains(["history: 5", "--history"]))
        #expect(lines.contains(["port: 1", "PORT"]))
        #expect(lines.contains(["host: 0.0.0.0", "t.yaml:1"]))
        #expect(lines.contains(["simulate: \"a,b\"", "t.yaml:2"]))
        #expect(text.contains("# log-level: info ") && text.contains("# default"))
    }

    @Test func passwordsAreLeftOut() throws {
        let text = try self.text(["--mqtt", "mqtt://user:se:cr@et@host", "--mqtt", "mqtt://plain"])
        #expect(text.contains("mqtt://user:***@host") && text.contains("mqtt://plain"))
        #expect(!text.contains("se:cr") && !text.contains("et@"))
    }

    /// What it prints is a configuration file that says the same.
    @Test func itReadsBack() throws {
        let arguments = OptionTable.all.filter { $0.fileKey != nil }.flatMap { option -> [String] in
            switch option.kind {
            case .flag: [option.flag]
            case .list, .map: ["\(option.flag)=a=# \"b\\", "\(option.flag)=c: {d}"]
            case .value, .valueOrAlone, .words: ["\(option.flag)=x: *y, 'z'"]
            }
        }
        let options = try RawOptions.parse(arguments)
        let typed = SettingReader(options: options, environment: [:], file: .none)
        let file = ConfigurationFile(path: "t.yaml", text: EffectiveConfiguration.text(typed))
        #expect(file.problems.isEmpty)
        let read = SettingReader(options: try RawOptions.parse([]), environment: [:], file: file)
        for option in OptionTable.all {
            #expect(read.settings(option.name).map(\.value) == typed.settings(option.name).map(\.value))
        }
    }
}
