import TelemetryCore
import Testing

@testable import SocketGateway

@Suite struct ReadingThinningTests {
    /// Readings 1, 2, 3 … with these metrics.
    private static func readings(_ count: Int, _ metrics: (Int) -> Metrics) throws -> [StoredReading] {
        let machine = try #require(MachineID("a"))
        return (1...count).map { number in
            let time = Timestamp(milliseconds: Int64(number) * 1_000)
            let reading = Reading(machine: machine, timestamp: time, received: time, metrics: metrics(number))
            return StoredReading(sequence: Int64(number), reading: reading)
        }
    }

    private static func sequences(_ readings: ArraySlice<StoredReading>) -> [Int64] { readings.map(\.sequence) }

    @Test func fewAreLeftAlone() throws {
        let readings = try Self.readings(5) { Metrics(rpm: Double($0)) }
        #expect(Self.sequences(ReadingThinning.thin(readings[...], countMax: 5)) == [1, 2, 3, 4, 5])
        #expect(ReadingThinning.thin([], countMax: 3).isEmpty)
    }

    @Test func firstAndLastAndThePeakOfThree() throws {
        let readings = try Self.readings(9) { Metrics(rpm: $0 == 4 ? 99 : 1) }
        #expect(Self.sequences(ReadingThinning.thin(readings[...], countMax: 3)) == [1, 4, 9])
    }

    /// Against the obvious way: for each bucket and metric, what `min` and `max` say.
    @Test(arguments: [3, 4, 8, 9, 20, 100, 999, 1_000])
    func extremesOfEachBucketAreKept(countMax: Int) throws {
        var state: UInt64 = 7
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40)
        }
        let extra = try #require(MetricName("temperature"))
        let readings = try Self.readings(1_000) { number in
            var metrics = Metrics(rpm: random(), pressure: number % 3 == 0 ? random() : nil)
            if number % 2 == 0 { metrics.set(extra, random()) }
            return metrics
        }
        let thinned = ReadingThinning.thin(readings[...], countMax: countMax)
        let sequences = Self.sequences(thinned)
        #expect(thinned.count <= countMax)
        #expect(sequences == sequences.sorted() && Set(sequences).count == sequences.count)
        #expect(sequences.first == 1 && sequences.last == 1_000)
        #expect(thinned.allSatisfy { $0 == readings[Int($0.sequence) - 1] })
        guard countMax >= 2 + 2 * 3 else { return }
        let inner = readings[1..<999]
        let buckets = min(inner.count, (countMax - 2) / 6)
        for bucket in 0..<buckets {
            let part = inner[(1 + 998 * bucket / buckets)..<(1 + 998 * (bucket + 1) / buckets)]
            let kept = thinned.filter { part.indices.contains(Int($0.sequence) - 1) }
            for metric in [MetricName.rpm, .pressure, extra] {
                let all = part.compactMap { $0.reading.metrics.value(metric) }
                let left = kept.compactMap { $0.reading.metrics.value(metric) }
                #expect(left.max() == all.max() && left.min() == all.min())
            }
        }
    }

    @Test func readingsInAnyOrderOfTimeStayInSequenceOrder() throws {
        let machine = try #require(MachineID("a"))
        let readings = (1...50).map { number in
            let time = Timestamp(milliseconds: number == 25 ? 4_000_000_000_000 : Int64(100 - number))
            let metrics = Metrics(rpm: Double(number % 7))
            return StoredReading(
                sequence: Int64(number),
                reading: Reading(machine: machine, timestamp: time, received: time, metrics: metrics))
        }
        let sequences = Self.sequences(ReadingThinning.thin(readings[...], countMax: 12))
        #expect(sequences == sequences.sorted() && sequences.count == 12)
    }
}
