import Testing

@testable import TelemetryCore

@Suite struct ReadingRingTests {
    /// The ring against a plain list, over random capacities, starts and lengths.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func agreesWithAList(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let name = try machine("m")
        var ring = ReadingRing(capacity: Int.random(in: 1...40, using: &random))
        var list: [StoredReading] = []
        var next = Int64.random(in: 1...1_000, using: &random)
        #expect(ring.isEmpty)
        for _ in 0..<Int.random(in: 0...150, using: &random) {
            let stored = StoredReading(sequence: next, reading: try randomReading(of: name, using: &random))
            ring.append(stored)
            list.append(stored)
            next += 1
            let kept = list.suffix(ring.capacity)
            #expect(ring.count == kept.count)
            #expect(ring.firstSequence == kept.first?.sequence)
            #expect(ring.lastSequence == kept.last?.sequence)
        }
        guard let first = list.first?.sequence else { return }
        for sequence in (first - 2)..<(next + 2) {
            let expected = list.suffix(ring.capacity).first { $0.sequence == sequence }
            #expect(ring.reading(sequence, of: name) == expected)
        }
    }

    @Test func extrasGoWithTheirReading() throws {
        let name = try machine("m")
        var ring = ReadingRing(capacity: 2)
        for sequence in Int64(1)...5 {
            var metrics = Metrics(rpm: 1)
            if sequence == 1 || sequence == 4 { metrics.set(try metric("heat"), Double(sequence)) }
            let reading = Reading(machine: name, timestamp: nil, received: sampleTime, metrics: metrics)
            ring.append(StoredReading(sequence: sequence, reading: reading))
        }
        #expect(ring.reading(4, of: name)?.reading.metrics.extra.map(\.value) == [4])
        #expect(ring.reading(5, of: name)?.reading.metrics.extra.isEmpty == true)
    }
}
