import TelemetryCore
import Testing

@testable import Ingest

@Suite struct UnchartedNamesTests {
    private func metrics(_ payload: String) throws -> Metrics {
        try #require(try PayloadDecoderTests.decode(payload).readings.first).metrics
    }

    private func meant(_ name: String, besides payload: String = #"{"other":1}"#) throws -> StandardMetric? {
        UnchartedNames.nearlyNamed(try #require(MetricName(name)), in: try self.metrics(payload))
    }

    @Test(
        arguments: [
            ("rmp", StandardMetric.rpm), ("RPM", .rpm), ("Rpm", .rpm), ("rpms", .rpm), ("rp", .rpm), ("pm", .rpm),
            ("rpn", .rpm), ("r_pm", .rpm), ("RMP", .rpm), ("torq", nil), ("torqe", .torque), ("toruqe", .torque),
            ("Torque", .torque), ("tourque", .torque), ("presure", .pressure), ("PRESSURE", .pressure),
            ("pressrue", .pressure), ("pressures", .pressure), ("press", nil), ("rpm2", nil), ("rpm_1", nil),
            ("r", nil),
            ("flow", nil), ("mpr", nil), ("prm", .rpm),
        ] as [(String, StandardMetric?)])
    func knowsTypingMistakes(name: String, meant: StandardMetric?) throws {
        #expect(try self.meant(name) == meant)
    }

    @Test func onlyWhatTheReadingLacks() throws {
        #expect(try self.meant("rmp", besides: #"{"rpm":1}"#) == nil)
        #expect(try self.meant("rmp", besides: #"{"torque":1,"pressure":1}"#) == .rpm)
    }

    @Test func saysItOncePerMachineAndName() throws {
        let decoder = PayloadDecoder()
        var hints: [String] = []
        for machine in ["a", "b", "a"] {
            for payload in [#"{"rmp":1}"#, #"[{"rmp":1,"note":""},{"Torque":2}]"#] {
                var result = DecodedPayload()
                let origin = PayloadDecoder.Origin(
                    machine: try #require(MachineID(machine)), received: PayloadDecoderTests.received)
                decoder.decode(Array(payload.utf8)[...], from: origin, into: &result)
                // The reading itself is taken.
                #expect(result.refusedCount == 0 && !result.readings.isEmpty)
                #expect(result.hints.allSatisfy { $0.reason == .unchartedMetric && $0.machine?.name == machine })
                hints += result.hints.map { "\(machine) \($0.index) \($0.remedy)" }
            }
        }
        #expect(
            hints == [
                "a 0 `rmp` is not a metric name we chart; did you mean `rpm`?",
                "a 1 `Torque` is not a metric name we chart; did you mean `torque`?",
                "b 0 `rmp` is not a metric name we chart; did you mean `rpm`?",
                "b 1 `Torque` is not a metric name we chart; did you mean `torque`?",
            ])
    }

    @Test func aTopicOfItsOwnIsLookedAtToo() throws {
        var result = DecodedPayload()
        let metric = try #require(MetricName("rmp"))
        PayloadDecoder().decodeScalar(
            Array("5".utf8)[...], metric: metric, from: try PayloadDecoderTests.origin(), into: &result)
        #expect(result.hints.map(\.reason) == [.unchartedMetric])
    }

    @Test func remembersABoundedNumberOfPlaces() throws {
        let names = UnchartedNames(placesMax: 3)
        var result = DecodedPayload()
        for machine in 0..<10 {
            let machine = try #require(MachineID("m\(machine)"))
            let metrics = try self.metrics(#"{"rmp":1}"#)
            let received = PayloadDecoderTests.received
            let reading = Reading(machine: machine, timestamp: nil, received: received, metrics: metrics)
            names.look(at: reading, index: 0, into: &result)
        }
        #expect(result.hints.count == 3)
    }
}
