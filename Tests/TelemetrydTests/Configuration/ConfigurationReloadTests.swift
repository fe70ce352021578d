import ArgumentParser
import Foundation
import Testing

@testable import telemetryd

@Suite struct ConfigurationReloadTests {
    /// A file that is written again, and what was started with its first text.
    private struct Fixture: ~Copyable {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml").path
        var reload: ConfigurationReload

        init(_ text: String, flags: [String] = []) throws {
            let options = try RawOptions.parse(flags)
            try Self.write(text, self.path)
            let file = try ConfigurationFile(path: self.path)
            self.reload = ConfigurationReload(options: options, environment: [:], file: file)
        }

        deinit { try? FileManager.default.removeItem(atPath: self.path) }

        mutating func again(_ text: String) throws -> ConfigurationReload.Outcome {
            try Self.write(text, self.path)
            return self.reload.again()
        }

        private static func write(_ text: String, _ path: String) throws {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }
    }

    private func changes(_ outcome: ConfigurationReload.Outcome) throws -> (Set<String>, [String]) {
        guard case .changed(_, let atOnce, let restart) = outcome else {
            Issue.record("\(outcome)")
            return ([], [])
        }
        return (atOnce, restart)
    }

    @Test func differencesAreSortedByWhatTheyNeed() throws {
        var fixture = try Fixture("simulate: a\nexpect: 5s\n")
        let changed = try self.changes(try fixture.again("simulate: a\nlog-level: debug\nport: 1\n"))
        #expect(changed == (["log-level", "expect"], ["port"]))
        // What was applied is not news any more; what needs a restart still does.
        let again = try self.changes(try fixture.again("simulate: a\nlog-level: debug\nport: 1\n"))
        #expect(again == ([], ["port"]))
        let back = try self.changes(try fixture.again("simulate: a\nlog-level: debug\n"))
        #expect(back == ([], []))
    }

    @Test func alarmsAreAppliedAtOnce() throws {
        let rule = "simulate: a\nalarms:\n  - {rule: a, kind: stale}\n"
        var fixture = try Fixture("simulate: a\n")
        #expect(try self.changes(try fixture.again(rule)) == (["alarms"], []))
        // Another place in the file is no other rule.
        #expect(try self.changes(try fixture.again("# more\n" + rule)) == ([], []))
        #expect(try self.changes(try fixture.again(rule + "port: 1\n")) == ([], ["port"]))
        #expect(try self.changes(try fixture.again("simulate: a\nalarms: []\n")) == (["alarms"], []))
    }

    @Test func whatAFlagSaysDoesNotChange() throws {
        var fixture = try Fixture("simulate: a\n", flags: ["--log-level", "info"])
        #expect(try self.changes(try fixture.again("simulate: a\nlog-level: debug\n")) == ([], []))
    }

    @Test(arguments: ["simulate: a\nprot: 1\n", "simulate: a\nport: x\n", "simulate: [\n", "port: 1\n"])
    func aBadFileIsRefusedAsAWhole(text: String) throws {
        var fixture = try Fixture("simulate: a\n")
        guard case .refused(let problems) = try fixture.again(text) else {
            Issue.record("taken: \(text)")
            return
        }
        #expect(problems.count == 1)
        #expect(try self.changes(try fixture.again("simulate: a\nlog-level: debug\n")).0 == ["log-level"])
    }

    @Test func aFileThatIsGoneIsRefused() throws {
        var fixture = try Fixture("simulate: a\n")
        try FileManager.default.removeItem(atPath: fixture.path)
        guard case .refused = fixture.reload.again() else {
            Issue.record("taken")
            return
        }
    }

    @Test func withoutAFileThereIsNothingToRead() throws {
        var reload = ConfigurationReload(options: try RawOptions.parse([]), environment: [:], file: .none)
        guard case .noFile = reload.again() else {
            Issue.record("read")
            return
        }
    }
}
