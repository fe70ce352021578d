import ArgumentParser
import TelemetryCore
import Testing

@testable import telemetryd

@Suite struct ToolOptionTests {
    private let now = Timestamp(milliseconds: 1_000_000_000)

    @Test func selection() throws {
        let export = try ExportCommand.parse(["b", "a", "b", "--since", "7", "--from", "1h", "--limit", "3"])
        let selection = try export.selection(now: self.now)
        #expect(selection.machines?.map(\.name) == ["b", "a"])
        #expect(selection.since == 7 && selection.limit == 3 && selection.to == nil && selection.hasTrailer)
        #expect(selection.from?.milliseconds == 996_400_000)
        let all = try ExportCommand.parse(["--all", "--to", "1970-01-02T00:00:00Z", "--no-ledger"])
        let everything = try all.selection(now: self.now)
        #expect(everything.machines == nil && everything.to?.milliseconds == 86_400_000 && !everything.hasTrailer)
    }

    @Test func format() throws {
        #expect(try ExportCommand.parse(["a"]).chosenFormat() == .csv)
        #expect(try ExportCommand.parse(["a", "--output", "x.jsonl"]).chosenFormat() == .ndjson)
        #expect(try ExportCommand.parse(["a", "--output", "x.jsonl", "--format", "csv"]).chosenFormat() == .csv)
    }

    @Test(arguments: [
        [], ["a", "--all"], [".a"], ["a", "--since", "x"], ["a", "--limit", "0"], ["a", "--from", "yesterday"],
    ])
    func badSelection(arguments: [String]) throws {
        let export = try ExportCommand.parse(arguments)
        #expect(throws: ConfigurationError.self) { try export.selection(now: self.now) }
    }

    @Test func planTakesTheRingFromTheTime() throws {
        #expect(try PlanCommand.parse([]).plan().keep == 1_000)
        let week = try PlanCommand.parse(["--machines", "10", "--hz", "0.5", "--keep", "7d"]).plan()
        #expect(week.machines == 10 && week.keep == 302_400)
        let both = try PlanCommand.parse(["--history", "50", "--keep", "7d", "--max-size", "2GB"]).plan()
        #expect(both.keep == 50 && both.retention == Retention(maxAge: .seconds(604_800), maxBytes: 2_000_000_000))
    }

    @Test(arguments: [
        ["--machines", "0"], ["--hz", "0"], ["--hz", "fast"], ["--history", "0"], ["--keep", "soon"],
        ["--keep", "3650d", "--hz", "1000"], ["--max-size", "big"], ["--extra-metrics", "65"],
    ])
    func badPlan(arguments: [String]) throws {
        let plan = try PlanCommand.parse(arguments)
        #expect {
            _ = try plan.plan()
        } throws: { "\($0)".contains(arguments[0]) && !"\($0)".contains("\n") }
    }
}
