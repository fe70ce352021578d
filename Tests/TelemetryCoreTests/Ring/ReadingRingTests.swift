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

    /// The same with the oldest dropped now and then, and growth and shrinking between.
    @Test(arguments: 100..<160 as Range<UInt64>)
    func agreesWithAListThatLosesItsOldest(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let name = try machine("m")
        var ring = ReadingRing(capacity: Int.random(in: 1...200, using: &random))
        var kept: [StoredReading] = []
        var next = Int64.random(in: 1...1_000, using: &random)
        for _ in 0..<60 {
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                let stored = StoredReading(sequence: next, reading: try randomReading(of: name, using: &random))
                ring.append(stored)
                kept = (kept + [stored]).suffix(ring.capacity)
                next += 1
            }
            guard let last = kept.last?.sequence else { continue }
            let through = Int64.random(in: (last - 220)...(last + 5), using: &random)
            ring.dropOldest(through: through)
            kept.removeAll { $0.sequence <= through && $0.sequence != last }
            #expect(ring.count == kept.count)
            #expect(ring.firstSequence == kept.first?.sequence)
            #expect(ring.lastSequence == last)
            #expect(ring.extraBytes == kept.reduce(0) { $0 + ExtraMetric.ringBytes(of: $1.reading.metrics.extra) })
            for sequence in (last - 220)..<(next + 2) {
                #expect(ring.reading(sequence, of: name) == kept.first { $0.sequence == sequence })
            }
            let times = Set(kept.prefix(3).map(\.reading.timestamp.milliseconds))
            #expect(ring.readings(at: times, of: name).starts(with: kept.prefix(3)))
        }
    }

    @Test func expiryGoesByTheTimeOfReceiptFromTheOldestOn() throws {
        func expired(_ seconds: [Int64], before: Int64, limit: Int = 100) throws -> Int64? {
            var ring = ReadingRing(capacity: 10)
            for (offset, second) in seconds.enumerated() {
                let received = sampleTime.adding(milliseconds: second * 1_000)
                ring.append(StoredReading(sequence: Int64(offset) + 5, reading: try reading("m", received: received)))
            }
            let now = sampleTime.adding(milliseconds: 100_000)
            let time = sampleTime.adding(milliseconds: before * 1_000)
            return ring.expired(before: time, now: now, limit: limit)
        }
        #expect(try expired([1, 2, 3, 4], before: 3) == 6)
        #expect(try expired([1, 2, 3, 4], before: 1) == nil)
        #expect(try expired([1, 2, 3, 4], before: 50) == 8)
        #expect(try expired([1, 2, 3, 4], before: 50, limit: 2) == 6)
        // Our clock was wrong: ahead, such a reading does not keep those after it; behind, it takes none before it.
        #expect(try expired([1, 9_000, 2, 4], before: 3) == 7)
        #expect(try expired([9_000, 9_001], before: 50) == nil)
        #expect(try expired([10, 1, 2, 20], before: 5) == nil)
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
