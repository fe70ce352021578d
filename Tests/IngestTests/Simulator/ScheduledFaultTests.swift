import TelemetryCore
import Testing

@testable import Ingest

@Suite struct ScheduledFaultTests {
    @Test(arguments: [
        ("press1:leak@30s+2m", "press1", SimulatorFault.leak, Duration.seconds(30), Duration.seconds(120)),
        ("a.b-c:clockjump@0+100ms", "a.b-c", .clockjump, .zero, .milliseconds(100)),
        ("m:stall@0s+1h", "m", .stall, .zero, .seconds(3600)),
        ("m:spike@1.5m+24h", "m", .spike, .seconds(90), .seconds(86400)),
    ])
    func reads(text: String, machine: String, fault: SimulatorFault, start: Duration, duration: Duration) throws {
        let scheduled = try ScheduledFault(parsing: text)
        #expect(scheduled.machine.name == machine && scheduled.fault == fault)
        #expect(scheduled.start == start && scheduled.duration == duration)
    }

    @Test(arguments: [
        ("", SimulatorFaultError.Kind.badSchedule, "MACHINE:FAULT@START+DURATION"), ("press1", .badSchedule, "like"),
        ("press1:leak", .badSchedule, "like"), ("press1:leak@30s", .badSchedule, "like"),
        ("leak@30s+1m", .badSchedule, "like"), (":leak@30s+1m", .unknownMachine, "names no machine"),
        ("-a:leak@30s+1m", .unknownMachine, "names no machine"), ("a:leek@1s+1s", .unknownFault, "`leek` is no fault"),
        ("a:Leak@1s+1s", .unknownFault, "stall, leak, flatline, dropout, clockjump, burst, drift, spike"),
        ("a:leak@x+1s", .badDuration, "like 100ms"), ("a:leak@1s+0s", .badDuration, "like 100ms"),
        ("a:leak@1s+25h", .badDuration, "to 24h"), ("a:leak@1s+", .badDuration, "like"),
    ])
    func refusesInOneLine(text: String, kind: SimulatorFaultError.Kind, part: String) {
        do throws(SimulatorFaultError) {
            _ = try ScheduledFault(parsing: text)
            Issue.record("it was taken")
        } catch {
            #expect(error.kind == kind)
            #expect(error.description.contains(part), "\(error)")
        }
    }

    @Test func knowsWhoIsSimulated() throws {
        let machines = try ["a", "b"].map { try #require(MachineID($0)) }
        try ScheduledFault(parsing: "b:leak@0+1s").check(machines: machines)
        do throws(SimulatorFaultError) {
            try ScheduledFault(parsing: "c:leak@0+1s").check(machines: machines)
            Issue.record("it was taken")
        } catch {
            #expect(error.kind == .unknownMachine)
            #expect(error.description == "`c` is not simulated; there are a, b")
        }
    }
}
