import Testing

@testable import TelemetryCore

@Suite struct MachineHealthTests {
    private func at(_ seconds: Double) -> Timestamp { Timestamp(milliseconds: Int64(seconds * 1000)) }

    private func send(_ metrics: Metrics, at seconds: Double, to health: inout MachineHealth) throws {
        health.arrived(
            Reading(machine: try machine("a"), timestamp: nil, received: self.at(seconds), metrics: metrics)
        )
    }

    private func states(_ health: MachineHealth, at seconds: Double) -> [String: MetricState] {
        let verdict = health.verdict(now: self.at(seconds))
        let metrics = health.metrics(machine: verdict, now: self.at(seconds))
        return Dictionary(uniqueKeysWithValues: metrics.map { ($0.metric.text, $0.state) })
    }

    private func status(_ health: MachineHealth, _ name: MetricName, at seconds: Double) throws -> MetricStatus {
        let verdict = health.verdict(now: self.at(seconds))
        return try #require(health.metrics(machine: verdict, now: self.at(seconds)).first { $0.metric == name })
    }

    /// rpm each second from 0 on, pressure each minute, both up to `last` seconds.
    private func mixed(until last: Int, rpmUntil: Int = .max) throws -> MachineHealth {
        var health = MachineHealth(knownSince: self.at(0))
        for second in 0...last {
            if second <= rpmUntil { try self.send(Metrics(rpm: 1480), at: Double(second), to: &health) }
            if second % 60 == 0 { try self.send(Metrics(pressure: 6), at: Double(second), to: &health) }
        }
        return health
    }

    @Test func eachMetricHasItsOwnInterval() throws {
        let health = try self.mixed(until: 290)
        #expect(self.states(health, at: 290) == ["rpm": .live, "pressure": .live])
        let pressure = try self.status(health, .pressure, at: 290)
        #expect(pressure.since == self.at(0))
        #expect(pressure.value == 6)
        #expect(pressure.reason == "receiving (expected every 60 s)")
    }

    /// The sensor of rpm died, that of pressure did not.
    @Test func aDeadSensorIsStaleBesideALiveOne() throws {
        let health = try self.mixed(until: 600, rpmUntil: 570)
        let now = 610.0
        #expect(health.verdict(now: self.at(now)).state == .live)
        let rpm = try self.status(health, .rpm, at: now)
        #expect(rpm.state == .stale)
        #expect(rpm.since == self.at(573))
        #expect(rpm.reason == "no value for 40 s (expected every 1 s)")
        #expect(try self.status(health, .pressure, at: now).state == .live)
        #expect(try self.status(health, .rpm, at: 640).state == .offline)
    }

    @Test func lateThenStaleThenOffline() throws {
        var health = MachineHealth(knownSince: self.at(0))
        for index in 0...5 { try self.send(Metrics(rpm: 1, torque: 2), at: Double(index) * 10, to: &health) }
        #expect(self.states(health, at: 64.9) == ["rpm": .live, "torque": .live])
        #expect(try self.status(health, .rpm, at: 65).state == .late)
        #expect(try self.status(health, .rpm, at: 70).since == self.at(65))
        #expect(try self.status(health, .rpm, at: 70).reason == "no value for 20 s (expected every 10 s)")
        #expect(health.verdict(now: self.at(79.9)).state == .live)
        #expect(self.states(health, at: 80) == ["rpm": .stale, "torque": .stale])
        #expect(health.verdict(now: self.at(80)).state == .stale)
        #expect(self.states(health, at: 350) == ["rpm": .offline, "torque": .offline])
        #expect(health.verdict(now: self.at(350)).state == .offline)
    }

    /// What dies must not look alive for an hour because it also has a metric that comes once an hour.
    @Test func aSlowMetricHoldsItsMachineForAWhileOnly() throws {
        var health = MachineHealth(knownSince: self.at(0))
        for hour in 0..<4 {
            let start = Double(hour) * 3600
            try self.send(Metrics(pressure: 6), at: start, to: &health)
            for second in 1...20 { try self.send(Metrics(rpm: 1), at: start + Double(second), to: &health) }
        }
        let last = 3 * 3600 + 20.0
        #expect(health.verdict(now: self.at(last + 179)).state == .live)
        #expect(health.verdict(now: self.at(last + 180)).state == .stale)
        // Never fresher than its machine.
        #expect(self.states(health, at: last + 180) == ["rpm": .offline, "pressure": .stale])
        #expect(health.verdict(now: self.at(last + 360)).state == .offline)
        #expect(self.states(health, at: last + 360) == ["rpm": .offline, "pressure": .offline])
    }

    @Test func retainedAndHistoricalReadingsSayNothing() throws {
        var health = MachineHealth(knownSince: self.at(0))
        var reading = try reading("a", received: self.at(0), isRetained: true)
        health.arrived(reading)
        #expect(health.verdict(now: self.at(1)).reason == "only a retained value so far")
        let rpm = try self.status(health, .rpm, at: 1)
        #expect(rpm.state == .stale)
        #expect(rpm.value == 1480.25)
        #expect(rpm.reason == "only a retained value so far")
        reading = try TelemetryCoreTests.reading("a", rpm: 7, received: self.at(2))
        reading.isHistorical = true
        health.arrived(reading)
        #expect(health.verdict(now: self.at(2)).state == .stale)
        #expect(try self.status(health, .rpm, at: 2).value == 1480.25)
        #expect(health.gaps == 0)
    }

    @Test func offlineByReportIsForAllItsMetrics() throws {
        var health = try self.mixed(until: 100)
        health.report(StatusReport(isOnline: false, reason: "last will", time: self.at(100)))
        let rpm = try self.status(health, .rpm, at: 100)
        #expect(rpm.state == .offline)
        #expect(rpm.since == self.at(100))
        #expect(rpm.reason == "last will")
    }

    @Test func countsSilencesThatEnded() throws {
        var health = try self.mixed(until: 20)
        #expect(health.gaps == 0)
        try self.send(Metrics(rpm: 1), at: 22.9, to: &health)
        #expect(health.gaps == 0)
        try self.send(Metrics(rpm: 1), at: 25.9, to: &health)
        #expect(health.gaps == 1)
        for second in 26...30 { try self.send(Metrics(rpm: 1), at: Double(second), to: &health) }
        try self.send(Metrics(rpm: 1), at: 700, to: &health)
        #expect(health.gaps == 2)
        // We were away, not the machine.
        health.loaded(gaps: 2)
        try self.send(Metrics(rpm: 1), at: 2000, to: &health)
        #expect(health.gaps == 2)
        try self.send(Metrics(rpm: 1), at: 3000, to: &health)
        #expect(health.gaps == 3)
    }

    @Test func aConfiguredIntervalOverrulesTheLearnedOne() throws {
        var health = try self.mixed(until: 20)
        health.expect(every: 10_000)
        #expect(health.verdict(now: self.at(49.9)).state == .live)
        #expect(health.verdict(now: self.at(50)).reason == "no reading for 30 s (expected every 10 s)")
        health.expect(every: 100)
        #expect(health.verdict(now: self.at(22.4)).state == .live)
        #expect(health.verdict(now: self.at(22.5)).state == .stale)
        health.expect(every: nil)
        #expect(health.verdict(now: self.at(22.5)).state == .live)
    }

    @Test func aClockThatWentBackHoldsNobodyAlive() throws {
        var health = try self.mixed(until: 300)
        // From here on without pressure.
        for second in 0...200 { try self.send(Metrics(rpm: 1), at: Double(second) - 10_000, to: &health) }
        #expect(health.verdict(now: self.at(-9_800)).state == .live)
        #expect(self.states(health, at: -9_800) == ["rpm": .live, "pressure": .stale])
        #expect(health.verdict(now: self.at(-9_700)).state != .live)
    }

    /// The names change with every reading: what is gone makes room, what is not stays.
    @Test func watchesSoManyMetrics() throws {
        var health = MachineHealth(knownSince: self.at(0))
        for second in 0..<(4 * Limits.trackedExtrasMax) {
            var metrics = Metrics(rpm: 1)
            metrics.set(try metric("steady"), 1)
            metrics.set(try metric("m\(second)"), 1)
            try self.send(metrics, at: Double(second), to: &health)
            #expect(self.states(health, at: Double(second))["steady"] == .live)
        }
        let last = 4 * Limits.trackedExtrasMax - 1
        let states = self.states(health, at: Double(last))
        #expect(states.count == Limits.trackedExtrasMax + 1)
        #expect(states["rpm"] == .live)
    }
}
