import Testing

@testable import SocketGateway
@testable import TelemetryCore

@Suite struct MachineFiguresTests {
    private static func summary(_ name: String, stored: Int, state: MachineState) throws -> MachineSummary {
        let machine = try #require(MachineID(name))
        var ledger = MachineLedger(machine: machine)
        ledger.stored = stored
        ledger.rejected = [.noNumber: 1, .notJSON: stored]
        let time = Timestamp(milliseconds: 1_500)
        return MachineSummary(
            machine: machine,
            status: .init(machine: machine, state: state, since: time, reason: "because"),
            lastSequence: 7,
            latest: nil,
            ledger: ledger
        )
    }

    private static func lines(_ summaries: [MachineSummary], namedMax: Int) -> Set<String> {
        var text = PrometheusText()
        MachineFigures(summaries, namedMax: namedMax).write(into: &text)
        return Set(String(decoding: text.bytes, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    @Test func theRestIsSummed() throws {
        let summaries = [
            try Self.summary("a", stored: 1, state: .live), try Self.summary("b", stored: 2, state: .offline),
            try Self.summary("c", stored: 3, state: .live),
        ]
        let lines = Self.lines(summaries, namedMax: 1)
        #expect(lines.contains(#"telemetryd_machines{state="live"} 2"#))
        #expect(lines.contains(#"telemetryd_machine_state{machine="a",state="live"} 1"#))
        #expect(lines.contains(#"telemetryd_machine_state{machine="a",state="stale"} 0"#))
        #expect(lines.contains(#"telemetryd_machine_stored_readings_total{machine="a"} 1"#))
        #expect(lines.contains(#"telemetryd_machine_stored_readings_total{machine="(others)"} 5"#))
        #expect(
            lines.contains(#"telemetryd_machine_rejected_readings_total{machine="(others)",reason="noNumber"} 2"#))
        #expect(!lines.contains { $0.contains(#""b""#) || $0.contains(#""c""#) })
        #expect(MachineID("(others)") == nil)
    }

    @Test func withRoomForAllNobodyIsSummed() throws {
        let lines = Self.lines([try Self.summary("a", stored: 1, state: .stale)], namedMax: 1)
        #expect(!lines.contains { $0.contains("(others)") })
    }
}
