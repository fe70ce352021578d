import TelemetryCore
import Testing

@testable import Ingest

@Suite struct MachineModelTests {
    static func run(_ name: String, seed: UInt64, steps: Int, seconds: Double = 1) -> [Metrics] {
        var model = MachineModel(name: name, seed: seed)
        return (0..<steps).map { _ in model.step(seconds: seconds) }
    }

    @Test func sameSeedSameReadings() {
        #expect(Self.run("a", seed: 1, steps: 500) == Self.run("a", seed: 1, steps: 500))
        #expect(Self.run("a", seed: 1, steps: 5) != Self.run("a", seed: 2, steps: 5))
        #expect(Self.run("a", seed: 1, steps: 5) != Self.run("b", seed: 1, steps: 5))
    }

    /// The generator must never change: recorded numbers of SplitMix64 for seed 0.
    @Test func generatorIsTheReferenceOne() {
        var random = SeededRandom(seed: 0)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(numbers == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
    }

    @Test func valuesArePlausibleAndRounded() throws {
        for seed in 0..<20 as Range<UInt64> {
            for metrics in Self.run("press", seed: seed, steps: 600) {
                let rpm = try #require(metrics.rpm)
                let torque = try #require(metrics.torque)
                let pressure = try #require(metrics.pressure)
                #expect((0...1600).contains(rpm) && rpm == (rpm * 10).rounded() / 10)
                #expect((0...280).contains(torque) && torque == (torque * 100).rounded() / 100)
                #expect((0...10).contains(pressure) && pressure == (pressure * 1000).rounded() / 1000)
                #expect(metrics.extra.isEmpty)
            }
        }
    }

    @Test func goesThroughAllPhases() {
        for seed in 0..<10 as Range<UInt64> {
            var model = MachineModel(name: "m", seed: seed)
            var seen: Set<String> = []
            for _ in 0..<6000 {
                _ = model.step(seconds: 1)
                let name = if case .loaded = model.phase { "loaded" } else { "\(model.phase)" }
                seen.insert(name)
            }
            #expect(seen == ["spinUp", "loaded", "unloaded", "idle", "stopped"], "seed \(seed)")
        }
    }

    @Test func startsByMovingAtOnce() throws {
        let speeds = Self.run("m", seed: 3, steps: 10).compactMap(\.rpm)
        #expect(try #require(speeds.first) > 0)
        #expect(try #require(speeds.last) > 800)
        #expect(zip(speeds, speeds.dropFirst()).prefix(4).allSatisfy { $0 < $1 })
    }

    /// Torque follows the load, pressure follows torque, later: its correlation with torque is best some seconds after.
    @Test func pressureFollowsTorqueWithALag() throws {
        let run = Self.run("m", seed: 11, steps: 4000, seconds: 0.5).dropFirst(60)
        let torque = run.compactMap(\.torque)
        let pressure = run.compactMap(\.pressure)
        let correlations = (0...12).map { lag in
            Self.correlation(Array(torque.dropLast(lag)), Array(pressure.dropFirst(lag)))
        }
        let best = try #require(correlations.indices.max { correlations[$0] < correlations[$1] })
        #expect(correlations[best] > 0.8, "\(correlations)")
        #expect((2...10).contains(best), "\(correlations)")
    }

    /// The same machine sampled faster: no new behaviour, and quiet values stay near each other.
    @Test func doesNotDependOnTheStep() throws {
        let coarse = Self.run("m", seed: 5, steps: 8, seconds: 1)
        let fine = Self.run("m", seed: 5, steps: 80, seconds: 0.1)
        let coarseSpeed = try #require(coarse.last?.rpm)
        let fineSpeed = try #require(fine.last?.rpm)
        #expect(abs(coarseSpeed - fineSpeed) < 0.05 * coarseSpeed)
    }

    private static func correlation(_ one: [Double], _ other: [Double]) -> Double {
        let count = Double(one.count)
        let (meanOne, meanOther) = (one.reduce(0, +) / count, other.reduce(0, +) / count)
        var (product, squareOne, squareOther) = (0.0, 0.0, 0.0)
        for (a, b) in zip(one, other) {
            product += (a - meanOne) * (b - meanOther)
            squareOne += (a - meanOne) * (a - meanOne)
            squareOther += (b - meanOther) * (b - meanOther)
        }
        return product / (squareOne * squareOther).squareRoot()
    }
}
