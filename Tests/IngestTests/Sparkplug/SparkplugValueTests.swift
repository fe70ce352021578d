import TelemetryCore
import Testing

@testable import Ingest

@Suite struct SparkplugValueTests {
    @Test(
        arguments: [
            (.integer(0xFFFF_FFFF), 3, -1), (.integer(0xFF), 1, -1), (.integer(0xFFFF), 2, -1),
            (.integer(0xFFFF_FFFF), 7, 4_294_967_295), (.long(.max), 4, -1), (.long(200), 8, 200),
            (.integer(1), 11, nil), (.long(5), 13, nil), (.float(1480.2), 9, 1480.2), (.double(0.1), 10, 0.1),
            (.notANumber, 12, nil),
        ] as [(SparkplugMetric.Value, UInt32, Double?)])
    func numbers(value: SparkplugMetric.Value, type: UInt32, expected: Double?) {
        var metric = SparkplugMetric()
        metric.value = value
        #expect(metric.number(type: type) == expected, "the type of the birth")
        metric.dataType = type
        #expect(metric.number(type: 10) == expected, "its own type")
    }

    @Test(arguments: [
        ("spBv1.0/g/NBIRTH/e", true), ("spBv1.0/g/DDATA/e/d", true), ("spBv1.0/g/NDATA/e/d", false),
        ("spBv1.0/g/DBIRTH/e", false), ("spBv1.0/g/NCMD/e", false), ("spBv1.0/STATE/host", false),
        ("spAv1.0/g/NBIRTH/e", false), ("spBv1.0/g/NBIRTH/", false), ("spBv1.0//NBIRTH/e", false),
    ])
    func topics(topic: String, isTaken: Bool) {
        #expect((SparkplugTopic(topic) != nil) == isTaken)
    }

    @Test(
        arguments: [
            ("{edge}.{device}", "press", nil, "press"), ("{edge}.{device}", "press", "valve 1", "press.valve_1"),
            ("{group}-{edge}-{device}", "press", nil, "g-press"), ("{device}@{edge}", "press", "d", "d_press"),
            ("{edge}.{device}", ".hidden", "d", nil), ("fixed", "e", "d", "fixed"), ("{edge}", "é", nil, "_"),
        ] as [(String, String, String?, String?)])
    func machines(template: String, edge: String, device: String?, expected: String?) {
        let configuration = SparkplugConfiguration(machineTemplate: template)
        #expect(configuration.machine(.init(group: "g", edge: edge), device: device)?.name == expected)
    }

    @Test(
        arguments: [
            ("Motor/RPM", "rpm"), ("torque", "torque"), ("Motor/Temperature 1", "Motor_Temperature_1"),
            ("A very long path of names/that never ends/Level", "Level"), ("1/2", nil), ("Main/Druck", "pressure"),
        ] as [(String, String?)])
    func metrics(name: String, expected: String?) throws {
        let configuration = SparkplugConfiguration(metrics: ["Main/Druck": try #require(MetricName("pressure"))])
        #expect(configuration.metric(named: name)?.text == expected)
    }

    @Test func rebirthCommandIsWhatTheSpecificationAsksFor() throws {
        let expected = SparkplugBytes(
            timestamp: 12,
            [.metric("Node Control/Rebirth", timestamp: 12, type: 11) { $0.boolean(true) }])
        #expect(SparkplugPayload.rebirthCommand(now: Timestamp(milliseconds: 12)) == expected.bytes)
    }
}
