import GRDB

/// The prepared look at a run of readings of one ring, on any connection.
struct RingRows: ~Copyable {
    private static let columns = "machine, slot, seq, timestamp, received, rpm, torque, pressure, extra, flags"

    private let statement: SQLiteStatement
    private let capacity: Int64

    /// N readings per machine, as in `meta`.
    init(capacity: Int, on db: Database) throws(DatabaseError) {
        let part = "SELECT \(Self.columns) FROM reading WHERE machine = ?"
        self.statement = try SQLiteStatement(
            "\(part)1 AND slot >= ?2 AND slot <= ?3 UNION ALL \(part)1 AND slot >= ?4 AND slot <= ?5",
            on: db
        )
        self.capacity = Int64(capacity)
    }

    /// The newest readings of the range, down to the first that is gone: overwritten by a newer one, or dropped with
    /// all before it. Of one moment: one statement. Throws `DatabaseDamage` for anything else than that.
    func piece(_ range: ClosedRange<Int64>, of machine: MachineID, key: Int64) throws -> RingPiece {
        precondition(range.lowerBound >= 1 && range.count <= self.capacity)
        let (first, last) = (range.lowerBound % self.capacity, range.upperBound % self.capacity)
        // Where the ring starts anew in between, two runs of slots.
        let runs = first <= last ? [first, last, 1, 0] : [first, self.capacity - 1, 0, last]
        self.statement.reset()
        self.statement.bind(key, at: 1)
        for (index, slot) in runs.enumerated() { self.statement.bind(slot, at: Int32(index) + 2) }
        // A read that is left open would hold on to its moment.
        defer { self.statement.reset() }
        var piece = RingPiece()
        piece.reserve(range.count)
        while try self.statement.step() {
            let slot = self.statement.int64(1)
            let expected = range.lowerBound + (slot - first + self.capacity) % self.capacity
            let isNewer = self.statement.int64(2) > expected && piece.isEmpty
            let stored = try RingLoader.reading(self.statement, of: machine, capacity: self.capacity)
            if isNewer { continue }
            guard stored.sequence == (piece.isEmpty ? expected : piece.last + 1), stored.sequence == expected else {
                throw DatabaseDamage("machine \(machine): a gap before reading \(stored.sequence)")
            }
            piece.append(stored)
        }
        guard piece.isEmpty || piece.last == range.upperBound else {
            throw DatabaseDamage("machine \(machine): a gap after reading \(piece.last)")
        }
        return piece
    }
}
