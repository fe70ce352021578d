import Testing

@testable import TelemetryCore

/// A ring of which only the newest readings are in memory against one that has them all, while readings come, go, and
/// are read in any order, and while the database is already ahead of both.
@Suite struct UnreadRingTests {
    /// All readings ever, as the database has them: the last `capacity` of those numbered so far.
    private struct Disk {
        let capacity: Int64
        var all: [StoredReading] = []
        var first: Int64 = 1

        var last: Int64 { Int64(self.all.count) }

        mutating func write(_ reading: Reading) -> StoredReading {
            self.all.append(StoredReading(sequence: self.last + 1, reading: reading))
            self.first = max(self.first, self.last - self.capacity + 1)
            return self.all[self.all.count - 1]
        }

        func piece(_ range: ClosedRange<Int64>) -> RingPiece {
            var piece = RingPiece()
            for stored in self.all where range.contains(stored.sequence) && stored.sequence >= self.first {
                piece.append(stored)
            }
            return piece
        }
    }

    private let name: MachineID

    init() throws {
        self.name = try machine("m")
    }

    private func expectAlike(_ lazy: ReadingRing, _ whole: ReadingRing) {
        #expect(lazy.firstSequence == whole.firstSequence)
        #expect(lazy.lastSequence == whole.lastSequence)
        #expect(lazy.count == whole.count)
        for sequence in lazy.firstHeld...lazy.lastSequence {
            #expect(lazy.reading(sequence, of: self.name) == whole.reading(sequence, of: self.name))
            #expect(lazy.extraBytes(of: sequence) == whole.extraBytes(of: sequence))
        }
        for through in [whole.firstSequence, lazy.firstHeld - 1, lazy.firstHeld, whole.lastSequence] {
            if lazy.unread > 0, lazy.firstNeededForNewest(through: through) < lazy.firstHeld { continue }
            #expect(lazy.newestSourceTime(through: through) == whole.newestSourceTime(through: through))
        }
        if let oldest = lazy.oldest { #expect(oldest == whole.oldest) }
        if lazy.latestSequence != 0 { #expect(lazy.latestSequence == whole.latestSequence) }
        guard lazy.unread == 0 else { return }
        #expect(lazy.extraBytes == whole.extraBytes)
        #expect(lazy.latestSequence == whole.latestSequence || whole.latestSequence < whole.firstSequence)
        #expect(lazy.oldest != nil)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func agreesWithTheWholeRing(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let capacity = Int.random(in: 1...40, using: &random)
        var disk = Disk(capacity: Int64(capacity))
        var whole = ReadingRing(capacity: capacity)
        func next(_ random: inout SeededRandom) throws -> StoredReading {
            var reading = try randomReading(of: self.name, using: &random)
            reading.isHistorical = Int.random(in: 0..<3, using: &random) == 0
            return disk.write(reading)
        }
        for _ in 0..<Int.random(in: 1...90, using: &random) { whole.append(try next(&random)) }
        let dropped = Int64.random(in: 0...whole.lastSequence, using: &random)
        whole.dropOldest(through: dropped)
        disk.first = whole.firstSequence
        let newest = Int.random(in: 1...10, using: &random)
        let from = max(whole.firstSequence, whole.lastSequence - Int64(newest) + 1)
        let mark = whole.mark(newest: newest)
        #expect(RingMarks.parse(RingMarks.text([7: mark])) == [7: mark])
        var lazy = ReadingRing(capacity: capacity, newest: disk.piece(from...whole.lastSequence), mark: mark)
        self.expectAlike(lazy, whole)
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0...1:
                // Committed, and readers look before it is published.
                let batch = try (0..<Int.random(in: 1...5, using: &random)).map { _ in try next(&random) }
                if Bool.random(using: &random) { self.look(disk, &lazy, &random) }
                for stored in batch {
                    lazy.append(stored)
                    whole.append(stored)
                }
            case 2:
                let through = Int64.random(in: 0...whole.lastSequence, using: &random)
                disk.first = max(disk.first, min(through, whole.lastSequence - 1) + 1)
                if Bool.random(using: &random) { self.look(disk, &lazy, &random) }
                lazy.dropOldest(through: through)
                whole.dropOldest(through: through)
            default:
                self.look(disk, &lazy, &random)
            }
            self.expectAlike(lazy, whole)
        }
        while lazy.unread > 0 { self.look(disk, &lazy, &random) }
        self.expectAlike(lazy, whole)
    }

    /// Some of what is unread, or the oldest alone; others may have been quicker, so it comes again and in pieces.
    private func look(_ disk: Disk, _ ring: inout ReadingRing, _ random: inout SeededRandom) {
        guard ring.unread > 0 else { return }
        let (first, end) = (ring.firstSequence, ring.firstHeld - 1)
        if Bool.random(using: &random) {
            let range = first...Int64.random(in: first...end, using: &random)
            // Only what is gone is passed over: the rest of the range begins with it.
            let piece = disk.piece(range)
            if piece.isEmpty || piece.last == range.upperBound { ring.noteOldest(range, piece) }
            return
        }
        let ranges = [Int64.random(in: first...end, using: &random), Int64.random(in: first...end, using: &random)]
            .map { $0...end }
        let pieces = ranges.map { disk.piece($0) }
        for (range, piece) in zip(ranges, pieces) { ring.fill(range, with: piece) }
    }

    @Test(arguments: [
        "", "2", "1\n1 1", "1\n1 2 1", "1\n1 0 1", "1\n1 1 1 -", "1\n1 1 1 1 0 0", "1\n1 1 5 1", "1\n1 1 1\n1 1 1",
        "1\nx 1 1", "1\n1 1 9 3 4 5 6", "1\n1 1 9 3 4 x", "1\n1 1 9 3 4 5 3 4 5", "1\n1 3 9 2 0 0",
    ])
    func marksThatMakeNoSenseAreNone(text: String) {
        #expect(RingMarks.parse(text) == nil)
    }
}
