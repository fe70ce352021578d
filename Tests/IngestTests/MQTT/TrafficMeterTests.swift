import Foundation
import TelemetryCore
import Testing

@testable import Ingest

@Suite struct TrafficMeterTests {
    private let start = ContinuousClock.now

    @Test func givesRatesWhenTheyAreDue() throws {
        var meter = TrafficMeter(now: self.start, interval: .seconds(10))
        #expect(meter.deadline == self.start + .seconds(10))
        let (a, b) = (try #require(MachineID("a")), try #require(MachineID("b")))
        for _ in 0..<30 { meter.count(b) }
        meter.count(a)
        let early = meter.report(now: self.start + .milliseconds(9_999))
        #expect(early == nil)
        // Late by 2 s: the rate is over the time that passed.
        let late = meter.report(now: self.start + .seconds(12))
        let rates = try #require(late)
        #expect(rates.machines.map(\.name) == ["a", "b"])
        #expect(rates.machines.map(\.perSecond) == [0.083, 2.5])
        #expect(rates.perSecond == 2.583 && rates.othersPerSecond == 0)
        #expect(meter.deadline == self.start + .seconds(22))
        let silent = meter.report(now: self.start + .seconds(22))
        #expect(silent?.machines.isEmpty == true)
    }

    @Test func sumsUpWhatFindsNoPlace() throws {
        var meter = TrafficMeter(now: self.start, interval: .seconds(1))
        for number in 0..<Limits.healthMachinesMax + 5 {
            let machine = try #require(MachineID("m\(number)"))
            meter.count(machine)
            meter.count(machine)
        }
        let report = meter.report(now: self.start + .seconds(1))
        let rates = try #require(report)
        #expect(rates.machines.count == Limits.healthMachinesMax)
        #expect(rates.othersPerSecond == 10)
        #expect(rates.perSecond == Double(2 * Limits.healthMachinesMax + 10))
    }

    @Test func aReportIsJSON() throws {
        var status = MQTTSource.Status(since: Timestamp(milliseconds: 1_763_717_286_000), detail: "\"quoted\"")
        status.messages = 7
        status.connections = 3
        let rates = TrafficMeter.Rates(machines: [("a", 1.5), ("b.c", 2)], othersPerSecond: 0.25, perSecond: 3.75)
        let id = try #require(GatewayID("hall-1"))
        let report = HealthReport(id: id, time: status.since, status: status, rates: rates)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(report.json)) as? [String: Any])
        #expect(object["id"] as? String == "hall-1")
        #expect(object["connectedSince"] as? String == "2025-11-21T09:28:06.000Z")
        #expect(object["messages"] as? Int == 7 && object["reconnects"] as? Int == 2)
        #expect(object["machines"] as? [String: Double] == ["a": 1.5, "b.c": 2])
        #expect(object["messagesPerSecond"] as? Double == 3.75 && object["otherMachines"] as? Double == 0.25)
    }
}
