import TelemetryCore
import Testing

@testable import Ingest

/// What a viewer sees of each fault, beside the same machine without it.
@Suite struct SimulatedMachineTests {
    static let now = Timestamp(milliseconds: 1_763_717_286_000)

    /// Readings of seconds 0 to `seconds` - 1, with a fault from second 60 to second 90 (or without).
    private func run(_ fault: SimulatorFault?, seconds: Int = 150, seed: UInt64 = 3) throws -> [[Reading]] {
        var machine = SimulatedMachine(try #require(MachineID("press1")), seed: seed)
        return (0..<seconds).map { second in
            if second == 60, let fault { machine.add(fault, begin: 60, end: 90) }
            let now = Self.now.adding(milliseconds: Int64(second) * 1000)
            defer { _ = machine.removeEndedFaults(at: Double(second)) }
            return machine.readings(at: Double(second), seconds: 1, now: now)
        }
    }

    @Test(arguments: SimulatorFault.allCases)
    func nothingIsDifferentBeforeAndLongAfter(fault: SimulatorFault) throws {
        let healthy = try self.run(nil)
        let faulty = try self.run(fault)
        #expect(Array(faulty[..<60]) == Array(healthy[..<60]))
        #expect(Array(faulty[110...]) == Array(healthy[110...]))
        #expect(faulty[60..<90].map(\.self) != healthy[60..<90].map(\.self))
        #expect(try self.run(fault) == faulty, "the same seed gives the same faults")
    }

    private func values(_ fault: SimulatorFault?, _ value: (Metrics) -> Double?) throws -> [Double] {
        try self.run(fault).map { try #require($0.last.flatMap { value($0.metrics) }) }
    }

    @Test func aStallStopsTheShaftUnderTorque() throws {
        let healthyTorque = try self.values(nil, \.torque)
        #expect(try self.values(.stall, \.rpm)[70..<90].allSatisfy { $0 < 1 })
        let torque = try self.values(.stall, \.torque)[70..<90]
        #expect(torque.allSatisfy { $0 > 1.5 * (healthyTorque.max() ?? 0) })
        let pressure = try self.values(.stall, \.pressure)
        #expect(zip(pressure, try self.values(nil, \.pressure)).dropFirst(70).prefix(20).allSatisfy { $0 < $1 * 0.2 })
    }

    @Test func aLeakTakesThePressureAndNothingElse() throws {
        let (leaking, healthy) = (try self.values(.leak, \.pressure), try self.values(nil, \.pressure))
        #expect(leaking[61] > healthy[61] * 0.8)
        #expect(leaking[89] < healthy[89] * 0.4)
        #expect(try self.values(.leak, \.rpm) == self.values(nil, \.rpm))
        #expect(try self.values(.leak, \.torque) == self.values(nil, \.torque))
    }

    @Test func aFlatlineRepeatsItself() throws {
        let readings = try self.run(.flatline)[60..<90].compactMap(\.first)
        #expect(readings.count == 30)
        #expect(Set(readings.map(\.metrics)).count == 1)
        #expect(Set(readings.map(\.timestamp)).count == 30)
    }

    @Test func aDropoutIsSilence() throws {
        let counts = try self.run(.dropout).map(\.count)
        #expect(counts[60..<90].allSatisfy { $0 == 0 })
        #expect(counts[90] == 1)
    }

    @Test func aClockJumpsAheadAndBack() throws {
        let readings = try self.run(.clockjump).compactMap(\.first)
        #expect(readings.count == 150)
        #expect(readings.map(\.isClockAhead) == (0..<150).map { (60..<90).contains($0) })
        #expect(readings[90].timestamp < readings[89].timestamp)
    }

    @Test func aBurstIsTenAtOnce() throws {
        let burst = try self.run(.burst)
        #expect(burst[60..<90].allSatisfy { $0.count == 10 })
        let one = burst[70]
        #expect(zip(one, one.dropFirst()).allSatisfy { $1.timestamp.milliseconds(since: $0.timestamp) == 100 })
        #expect(one.last == (try self.run(nil))[70].last)
        #expect(Set(one.map(\.received)).count == 1)
        let all = burst.joined().map(\.timestamp)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test func aDriftGrows() throws {
        let (drifting, healthy) = (try self.values(.drift, \.torque), try self.values(nil, \.torque))
        // Within the step of the sensor: 0.01.
        #expect(abs(drifting[60] - healthy[60]) < 0.011)
        #expect(abs(drifting[80] - healthy[80] * 1.1) < 0.011)
        #expect(drifting[90] == healthy[90])
    }

    @Test func spikesStandAlone() throws {
        let (spiky, healthy) = (try self.run(.spike), try self.run(nil))
        let spikes = (60..<90).filter { spiky[$0] != healthy[$0] }
        #expect((2...14).contains(spikes.count), "\(spikes)")
        for second in spikes {
            let (faulty, whole) = (
                try #require(spiky[second].first).metrics, try #require(healthy[second].first).metrics
            )
            let higher = [(faulty.rpm, whole.rpm), (faulty.torque, whole.torque), (faulty.pressure, whole.pressure)]
                .filter { ($0 ?? 0) > ($1 ?? 0) * 2 }
            #expect(higher.count == 1)
        }
    }

    @Test func oneOfAKindLastsLonger() throws {
        var machine = SimulatedMachine(try #require(MachineID("a")), seed: 1)
        machine.add(.spike, begin: 0, end: 10)
        machine.add(.dropout, begin: 5, end: 8)
        machine.add(.spike, begin: 5, end: 7)
        #expect(machine.faults.map(\.fault) == [.dropout, .spike] && machine.faults.map(\.end) == [8, 10])
        machine.add(.spike, begin: 6, end: 20)
        #expect(machine.faults.map(\.end) == [8, 20])
        #expect(machine.removeEndedFaults(at: 8) == [.dropout])
        #expect(machine.removeEndedFaults(at: 20) == [.spike] && machine.faults.isEmpty)
    }

    @Test func faultsActTogether() throws {
        var machine = SimulatedMachine(try #require(MachineID("a")), seed: 1)
        machine.add(.clockjump, begin: 0, end: 10)
        machine.add(.burst, begin: 0, end: 10)
        machine.add(.flatline, begin: 0, end: 10)
        _ = machine.readings(at: 0, seconds: 1, now: Self.now)
        let readings = machine.readings(at: 1, seconds: 1, now: Self.now)
        #expect(readings.count == 10 && readings.allSatisfy(\.isClockAhead))
        #expect(Set(readings.map(\.metrics)).count == 1)
    }
}
