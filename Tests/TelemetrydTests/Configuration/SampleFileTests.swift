import ArgumentParser
import Foundation
import TelemetryCore
import Testing

@testable import telemetryd

/// `deploy/telemetryd.sample.yaml` against the table of options, in both directions.
@Suite struct SampleFileTests {
    /// Comments begin with `# `; what is a setting that was commented out begins with `#` and the key, or `#` and two
    /// or four blanks.
    private func sample() throws -> (asShipped: String, allTaken: String) {
        let text = try Self.file("deploy/telemetryd.sample.yaml")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.wholeMatch(of: #/#([a-z][a-z-]*:.*|(?:  |    )[^ ].*)/#).map { String($0.1) } ?? String(line)
        }
        return (text, lines.joined(separator: "\n"))
    }

    private static func file(_ name: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../\(name)").path
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func theREADMENamesEveryOption() throws {
        let text = try Self.file("README.md")
        for option in OptionTable.all {
            #expect(text.contains("`\(option.flag)`") || text.contains("`\(option.flag) "), "\(option.name)")
        }
    }

    @Test func everyOptionIsInItAndNothingElse() throws {
        let file = ConfigurationFile(path: "sample", text: try self.sample().allTaken)
        #expect(file.problems.isEmpty, "a key in it is no option")
        let there = Set(file.entries.keys)
        for option in OptionTable.all where option.fileKey != nil {
            #expect(there.contains(option.name), "\(option.name) is not in it")
        }
    }

    @Test func asItIsItAsksForNothing() throws {
        let file = ConfigurationFile(path: "sample", text: try self.sample().asShipped)
        #expect(file.problems.isEmpty && file.entries.isEmpty && file.alarms.isEmpty)
    }

    @Test func itsExamplesAreAllowed() throws {
        let all = ConfigurationFile(path: "sample", text: try self.sample().allTaken)
        // These name files that are not here.
        let files: Set = ["mqtt-password-file", "mqtt-ca", "mqtt-cert", "mqtt-key"]
        let entries = all.entries.filter { !files.contains($0.key) }
        let configuration = try Configuration(
            options: RawOptions.parse([]), environment: [:], file: ConfigurationFile(path: "s", entries: entries))
        #expect(configuration.replays.count == 3 && configuration.mqtt.sources.count == 2)
        #expect(configuration.port == 3_000 && configuration.host == "127.0.0.1")
    }

    @Test func itHasAlarmsWithEveryMember() throws {
        let sample = try self.sample()
        let alarms = ConfigurationFile(path: "sample", text: sample.allTaken).alarms
        #expect(alarms.map(\.rule.id.name) == ["press-high", "speed-jumps", "silent"])
        for member in AlarmEntry.members {
            #expect(sample.allTaken.contains(" \(member): "), "\(member) is in no example")
            #expect(sample.asShipped.contains("#   \(member) ") || member == "action", "\(member) is not explained")
        }
    }

    @Test func whatSIGHUPAppliesIsMarked() throws {
        let text = try self.sample().asShipped
        for option in OptionTable.all {
            guard let key = option.fileKey, let place = text.firstRange(of: "\n#\(key):") else { continue }
            let paragraph = text[..<place.lowerBound].split(separator: "\n\n").last ?? ""
            #expect(paragraph.contains("(at once)") == (option.change == .atOnce), "\(option.name)")
        }
    }
}
