import TelemetryCore
import Testing

@testable import Ingest

@Suite struct SparkplugHostTests {
    /// A host, and what it did, as lines.
    struct Bench {
        var host = SparkplugHost(configuration: SparkplugConfiguration())
        let start = ContinuousClock.now
        var milliseconds = 0
        /// What the last message brought about.
        var readings: [Reading] = []
        var lines: [String] = []

        mutating func send(_ topic: String, _ payload: SparkplugBytes) throws {
            try self.send(topic, bytes: payload.bytes)
        }

        mutating func send(_ topic: String, bytes: [UInt8]) throws {
            let topic = try #require(SparkplugTopic("spBv1.0/" + topic))
            var actions: [SparkplugHost.Action] = []
            self.host.receive(topic, bytes[...], received: self.wall, now: self.now, into: &actions)
            self.take(actions)
        }

        mutating func wait(_ milliseconds: Int) {
            self.milliseconds += milliseconds
            var actions: [SparkplugHost.Action] = []
            self.host.tick(now: self.now, into: &actions)
            self.take(actions)
        }

        /// A node with rpm under alias 1 and a text.
        mutating func bear(bdSeq: UInt64 = 0) throws {
            try self.send(
                "plant/NBIRTH/press",
                SparkplugBytes(
                    seq: 0, timestamp: 1_000,
                    [
                        .bdSeq(bdSeq), .double("Motor/RPM", alias: 1, 1480.5),
                        .metric("Node Control/Rebirth", type: 11) { $0.boolean(false) },
                        .metric("Properties/Model", type: 12) { $0.string("X1") },
                    ]))
        }

        mutating func data(_ seq: UInt64, _ value: Double) throws {
            let time = 2_000 + UInt64(value)
            try self.send("plant/NDATA/press", SparkplugBytes(seq: seq, timestamp: time, [.double(alias: 1, value)]))
        }

        private var now: ContinuousClock.Instant { self.start + .milliseconds(self.milliseconds) }
        private var wall: Timestamp { Timestamp(milliseconds: Int64(50_000 + self.milliseconds)) }

        private mutating func take(_ actions: [SparkplugHost.Action]) {
            self.readings = actions.compactMap { if case .reading(let reading) = $0 { reading } else { nil } }
            self.lines = actions.map { action in
                switch action {
                case .reading(let reading):
                    let values = StandardMetric.allCases.compactMap { metric in
                        MetricName(metric.rawValue).flatMap { reading.metrics.value($0) }.map { "\(metric)=\($0)" }
                    }
                    let extra = reading.metrics.extra.map { "\($0.name)=\($0.value)" }
                    let list = (values + extra).joined(separator: " ")
                    let time = reading.timestamp.milliseconds
                    return "\(reading.machine) \(list) at \(time)" + (reading.isHistorical ? " historical" : "")
                case .report(let machine, let online, let reason, _):
                    return "\(machine) \(online ? "online" : "offline"): \(reason)"
                case .labels(let labels, let machine):
                    return "\(machine) is \(labels.sorted { $0.key < $1.key }.map(\.value).joined(separator: "/"))"
                case .refuse(_, _, let reason, _): return "refused \(reason)"
                case .askForBirth(let topic): return "ask \(topic)"
                }
            }
        }
    }

    let ask = "ask spBv1.0/plant/NCMD/press"

    @Test func birthGivesNamesAndFirstValues() throws {
        var bench = Bench()
        try bench.bear()
        #expect(
            bench.lines == ["press is press/plant", "press online: Sparkplug birth", "press rpm=1480.5 at 1000"])
        try bench.data(1, 1490)
        #expect(bench.lines == ["press rpm=1490.0 at 3490"])
    }

    @Test func dataBeforeABirthAsksOnceAndThenAgainAfterTheInterval() throws {
        var bench = Bench()
        try bench.data(7, 1)
        #expect(bench.lines == ["refused badSequence", self.ask])
        try bench.data(8, 1)
        #expect(bench.lines == ["refused badSequence"])
        bench.wait(10_000)
        try bench.data(9, 1)
        #expect(bench.lines == ["refused badSequence", self.ask])
    }

    @Test func messagesInTheWrongOrderComeInTheRightOne() throws {
        var bench = Bench()
        try bench.bear()
        try bench.data(3, 13)
        try bench.data(2, 12)
        #expect(bench.lines.isEmpty)
        try bench.data(1, 11)
        #expect(bench.readings.map(\.metrics.rpm) == [11, 12, 13])
        #expect(bench.host.deadline == nil)
        try bench.data(4, 14)
        #expect(bench.readings.count == 1)
    }

    @Test func sequenceRunsThroughZero() throws {
        var bench = Bench()
        try bench.bear()
        for number in 1...600 {
            try bench.data(UInt64(number % 256), Double(number))
            #expect(bench.readings.count == 1, "\(number)")
        }
    }

    @Test func whatIsHeldIsAppliedWhenTheGapCannotHideABirth() throws {
        var bench = Bench()
        try bench.bear()
        try bench.data(3, 13)
        bench.wait(1_999)
        #expect(bench.lines.isEmpty)
        bench.wait(1)
        #expect(bench.lines == ["press rpm=13.0 at 2013", self.ask])
        try bench.data(4, 14)
        #expect(bench.lines == ["press rpm=14.0 at 2014"])
    }

    @Test func whatIsHeldIsRefusedWhenABirthMayBeLost() throws {
        var bench = Bench()
        try bench.bear()
        for number in 1...250 { try bench.data(UInt64(number), 1) }
        try bench.data(4, 14)
        bench.wait(2_000)
        #expect(bench.lines == ["refused badSequence", self.ask])
        try bench.data(5, 15)
        #expect(bench.lines == ["refused badSequence"], "nothing is taken until the birth")
        try bench.bear()
        try bench.data(1, 16)
        #expect(bench.lines == ["press rpm=16.0 at 2016"])
    }

    @Test func whatWasThereIsRefused() throws {
        var bench = Bench()
        try bench.bear()
        try bench.data(1, 11)
        try bench.data(1, 11)
        #expect(bench.lines == ["refused badSequence"])
        try bench.data(3, 13)
        try bench.data(3, 13)
        #expect(bench.lines == ["refused badSequence"])
    }

    @Test func holdsOnlySoMuch() throws {
        var bench = Bench()
        try bench.bear()
        for number in 0..<Limits.sparkplugHeldMessagesMax { try bench.data(UInt64(2 + number), 1) }
        #expect(bench.lines.isEmpty)
        try bench.data(UInt64(2 + Limits.sparkplugHeldMessagesMax), 1)
        #expect(bench.lines == ["refused badSequence", self.ask])
    }

    @Test func deathsMakeOfflineAndALateOneDoesNot() throws {
        var bench = Bench()
        try bench.bear(bdSeq: 4)
        try bench.send(
            "plant/DBIRTH/press/valve", SparkplugBytes(seq: 1, timestamp: 1, [.double("pressure", alias: 9, 6)]))
        #expect(bench.lines.first == "press.valve is valve/press/plant")
        try bench.send("plant/NDEATH/press", SparkplugBytes([.bdSeq(3)]))
        #expect(bench.lines.isEmpty)
        try bench.send("plant/DDEATH/press/valve", SparkplugBytes(seq: 2))
        #expect(bench.lines == ["press.valve offline: Sparkplug death of device valve"])
        try bench.send(
            "plant/DDATA/press/valve", SparkplugBytes(seq: 3, timestamp: 1, [.double(alias: 9, 6)]))
        #expect(bench.lines == ["refused badSequence", self.ask])
        try bench.send("plant/NDEATH/press", SparkplugBytes([.bdSeq(4)]))
        #expect(bench.lines == ["press offline: Sparkplug death of edge node press"])
        try bench.data(4, 1)
        #expect(bench.lines == ["refused badSequence"])
        try bench.bear(bdSeq: 5)
        #expect(bench.lines.contains("press online: Sparkplug birth"))
    }

    @Test func aNewBirthOfTheNodeWaitsForItsDevices() throws {
        var bench = Bench()
        try bench.bear()
        let birth = SparkplugBytes(seq: 1, timestamp: 1, [.double("pressure", 6)])
        try bench.send("plant/DBIRTH/press/valve", birth)
        try bench.bear(bdSeq: 1)
        #expect(bench.lines.first == "press.valve offline: Sparkplug: its edge node was born again, the device not yet")
        try bench.send("plant/DBIRTH/press/valve", birth)
        #expect(bench.lines.contains("press.valve online: Sparkplug birth"))
    }

    @Test func aNewBirthGivesNewMeaningToAnAlias() throws {
        var bench = Bench()
        try bench.bear()
        let birth = SparkplugBytes(seq: 0, timestamp: 1, [.bdSeq(1), .double("Torque", alias: 1, 5)])
        try bench.send("plant/NBIRTH/press", birth)
        try bench.data(1, 7)
        #expect(bench.lines == ["press torque=7.0 at 2007"])
    }

    @Test func historyIsMarkedAndTimesStayApart() throws {
        var bench = Bench()
        try bench.bear()
        try bench.send(
            "plant/NDATA/press",
            SparkplugBytes(
                seq: 1, timestamp: 9_000,
                [
                    .metric(alias: 1, timestamp: 7_000, historical: true) { $0.double(1) },
                    .metric(alias: 1, timestamp: 8_000, historical: true) { $0.double(2) },
                    .double(alias: 1, 3),
                ]))
        #expect(
            bench.lines == [
                "press rpm=1.0 at 7000 historical", "press rpm=2.0 at 8000 historical", "press rpm=3.0 at 9000",
            ])
    }

    @Test func anUnknownAliasAsksForABirthAndKeepsTheRest() throws {
        var bench = Bench()
        try bench.bear()
        let data = SparkplugBytes(seq: 1, timestamp: 9_000, [.double(alias: 1, 3), .double(alias: 77, 4)])
        try bench.send("plant/NDATA/press", data)
        #expect(bench.lines == ["press rpm=3.0 at 9000", "refused badMetricName", self.ask])
    }

    @Test func namesThatDoNotFitAreSaidAtTheBirth() throws {
        var bench = Bench()
        let surplus = (0..<70).map { SparkplugBytes.double("x\($0)", Double($0)) }
        let names: [SparkplugBytes] = [.double("Motor/Torque", 1), .double("Spindle/torque", 2), .double("//", 3)]
        try bench.send("plant/NBIRTH/press", SparkplugBytes(seq: 0, timestamp: 1, names + surplus))
        #expect(bench.lines.filter { $0 == "refused badMetricName" }.count == 3)
        #expect(bench.readings.map(\.metrics.torque) == [1])
        #expect(bench.readings.first?.metrics.extra.count == 64)
    }

    @Test func twoDevicesNeverShareAMachine() throws {
        var bench = Bench()
        try bench.bear()
        let birth = SparkplugBytes(seq: 0, timestamp: 1, [.bdSeq(0), .double("rpm", 3)])
        try bench.send("other/NBIRTH/press", birth)
        #expect(bench.lines == ["refused badMachineName"])
        #expect(bench.readings.isEmpty)
    }

    @Test(
        arguments: [
            [0xFF], [0x12, 0x7F], [0x0B], [UInt8](repeating: 0x80, count: 40),
        ] as [[UInt8]])
    func refusesWhatIsNoPayload(bytes: [UInt8]) throws {
        var bench = Bench()
        try bench.send("plant/NBIRTH/press", bytes: bytes)
        #expect(bench.lines.first == "refused badSchema")
    }

    @Test func limitsHold() throws {
        var bench = Bench()
        let many = SparkplugBytes(seq: 0, (0...Limits.sparkplugMetricsMax).map { _ in .metric() })
        try bench.send("plant/NBIRTH/press", many)
        #expect(bench.lines == ["refused tooManyMetrics"])
        try bench.send("plant/NBIRTH/press", bytes: [UInt8](repeating: 0, count: Limits.sparkplugPayloadBytesMax + 1))
        #expect(bench.lines == ["refused tooLarge"])
        for number in 0..<Limits.sparkplugNodesMax { try bench.send("g/NDEATH/\(number)", SparkplugBytes()) }
        try bench.send("g/NDEATH/one-more", SparkplugBytes())
        #expect(bench.lines == ["refused tooManyMachines"])
    }

    /// Whole payloads cut and changed at random: nothing traps, and what is taken is finite.
    @Test func survivesMutations() throws {
        var bench = Bench()
        try bench.bear()
        let kinds = [
            "NBIRTH/press", "NDATA/press", "DBIRTH/press/d", "DDATA/press/d", "NDEATH/press", "DDEATH/press/d",
        ]
        let sample = SparkplugBytes(
            seq: 1, timestamp: 9_000,
            [
                .bdSeq(1), .double("rpm", alias: 1, 3), .metric("t", alias: 2, type: 9, unit: "kPa") { $0.float(.nan) },
                .metric(alias: 3, type: 1) { $0.int(.max) }, .metric("s", type: 12) { $0.string("text") },
            ]
        ).bytes
        var random = SeededRandom(seed: 20_261_121)
        for round in 0..<5_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            try bench.send("plant/\(kinds[round % kinds.count])", bytes: bytes)
            #expect(bench.readings.allSatisfy { $0.metrics.rpm?.isFinite ?? true })
            if round % 50 == 0 { bench.wait(500) }
        }
    }
}
