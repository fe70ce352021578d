import TelemetryCore
import Testing

@Suite struct ReadingJSONTests {
    private func stored(_ metrics: Metrics) throws -> StoredReading {
        let reading = Reading(
            machine: try machine("machineA"),
            timestamp: sampleTime,
            received: sampleTime,
            metrics: metrics
        )
        return StoredReading(sequence: 42, reading: reading)
    }

    private let start = #"{"machine":"machineA","seq":42,"timestamp":"2026-11-21T09:41:26.123Z""#

    @Test func theExampleOfTheContract() throws {
        let metrics = Metrics(rpm: 1480.2, torque: 120.5, pressure: 6.02)
        #expect(
            try self.stored(metrics).json
                == #"{"machine":"machineA","seq":42,"timestamp":"2026-11-21T09:41:26.123Z","rpm":1480.2,"#
                + #""torque":120.5,"pressure":6.02}"#)
    }

    /// Every combination of standard metrics, missing ones absent.
    @Test(arguments: 0..<8)
    func missingMetricsAreAbsent(mask: Int) throws {
        var metrics = Metrics()
        var expected = self.start
        if mask & 1 != 0 {
            metrics.rpm = 1000
            expected += #","rpm":1000"#
        }
        if mask & 2 != 0 {
            metrics.torque = -0.5
            expected += #","torque":-0.5"#
        }
        if mask & 4 != 0 {
            metrics.pressure = 0
            expected += #","pressure":0"#
        }
        #expect(try self.stored(metrics).json == expected + "}")
    }

    @Test func extraMetricsFollowInNameOrder() throws {
        var metrics = Metrics(pressure: 6)
        for (name, value) in [("zeta", 1.0), ("Alpha", 2), ("alpha", 3), ("beta_2", 4.25)] {
            metrics.set(try metric(name), value)
        }
        #expect(
            try self.stored(metrics).json
                == self.start + #","pressure":6,"Alpha":2,"alpha":3,"beta_2":4.25,"zeta":1}"#)
    }

    @Test func settingAStandardNameSetsTheStandardMetric() throws {
        var metrics = Metrics()
        #expect(metrics.isEmpty)
        for name in StandardMetric.allCases { metrics.set(try metric(name.rawValue), 7) }
        #expect(metrics == Metrics(rpm: 7, torque: 7, pressure: 7))
        #expect(metrics.value(try metric("torque")) == 7)
        metrics.set(try metric("heat"), 1)
        metrics.set(try metric("heat"), 2)
        #expect(metrics.extra.map(\.value) == [2])
        #expect(metrics.value(try metric("heat")) == 2)
        #expect(metrics.value(try metric("cold")) == nil)
    }

    @Test func writesBehindWhatIsThere() throws {
        var bytes = Array("[".utf8)
        try self.stored(Metrics(rpm: 1)).writeJSON(into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "[" + self.start + #","rpm":1}"#)
    }

    @Test func aClockMoreThanAMinuteAheadIsFlagged() throws {
        func isAhead(by milliseconds: Int64) throws -> Bool {
            let timestamp = sampleTime.adding(milliseconds: milliseconds)
            return Reading(
                machine: try machine("a"),
                timestamp: timestamp,
                received: sampleTime,
                metrics: Metrics(rpm: 1)
            ).isClockAhead
        }
        #expect(try !isAhead(by: 0))
        #expect(try !isAhead(by: 60_000))
        #expect(try isAhead(by: 60_001))
        #expect(try !isAhead(by: -3_600_000))
    }
}
