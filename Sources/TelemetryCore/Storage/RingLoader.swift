import GRDB

/// What the database says cannot be: it is damaged, and is moved aside.
struct DatabaseDamage: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Reads all rings, in one pass in the order in which they lie, and checks each on the way: no gap in a machine's
/// sequence, every reading in the slot it belongs in, nothing that the writer would not have written.
struct RingLoader {
    let epoch: Epoch
    let capacity: Int

    private struct MachineRow {
        let key: Int64
        let machine: MachineID
        let firstSeen: Timestamp
    }

    func load(_ db: Database, into directory: MachineDirectory) throws -> [OpenedStore.Machine] {
        let rows = try self.machines(db)
        let records = try RecordLoader.load(db)
        let statement = try SQLiteStatement(
            """
            SELECT machine, slot, seq, timestamp, received, rpm, torque, pressure, extra, flags
            FROM reading ORDER BY machine, slot
            """, on: db)
        var machines: [OpenedStore.Machine] = []
        machines.reserveCapacity(rows.count)
        var hasRow = try statement.step()
        var ring: [StoredReading] = []
        for row in rows {
            ring.removeAll(keepingCapacity: true)
            while hasRow, statement.int64(0) == row.key {
                ring.append(try Self.reading(statement, of: row.machine, capacity: Int64(self.capacity)))
                hasRow = try statement.step()
            }
            let feed = MachineFeed(
                machine: row.machine,
                epoch: self.epoch,
                capacity: self.capacity,
                knownSince: row.firstSeen
            )
            let record = records[row.key] ?? MachineRecord()
            feed.load(try self.inSequence(ring, of: row.machine), record)
            directory.insert(feed)
            machines.append(OpenedStore.Machine(key: row.key, feed: feed, units: record.units))
        }
        if hasRow { throw DatabaseDamage("a reading of machine key \(statement.int64(0)), which does not exist") }
        return machines
    }

    /// Reads only the newest of each ring, and holds them against its mark; the others come later, by `unread`.
    /// `newest`: how many. Throws `DatabaseDamage` when one is not as its mark says.
    func load(
        newest: Int,
        _ db: Database,
        marks: [Int64: RingMark],
        unread: RingConnection,
        into directory: MachineDirectory
    ) throws -> [OpenedStore.Machine] {
        let rows = try self.machines(db)
        let records = try RecordLoader.load(db)
        guard rows.count == marks.count else { throw DatabaseDamage("\(rows.count) machines, \(marks.count) marks") }
        return try unread.look { looks in
            try rows.map { row in
                guard let mark = marks[row.key] else { throw DatabaseDamage("no mark of machine \(row.machine)") }
                let piece = try self.newest(newest, of: row, mark, looks)
                let feed = MachineFeed(
                    machine: row.machine,
                    epoch: self.epoch,
                    capacity: self.capacity,
                    knownSince: row.firstSeen
                )
                let record = records[row.key] ?? MachineRecord()
                feed.load(piece, mark, record, unread: unread, key: row.key)
                directory.insert(feed)
                return OpenedStore.Machine(key: row.key, feed: feed, units: record.units)
            }
        }
    }

    private func newest(
        _ count: Int,
        of row: MachineRow,
        _ mark: RingMark,
        _ looks: borrowing RingRows
    ) throws -> RingPiece {
        func look(_ range: ClosedRange<Int64>) throws -> Int {
            try looks.piece(range, of: row.machine, key: row.key).count
        }
        guard mark.count <= Int64(self.capacity) else { throw DatabaseDamage("machine \(row.machine): a bad mark") }
        let from = max(mark.first, mark.last - Int64(count) + 1)
        let piece = try looks.piece(from...mark.last, of: row.machine, key: row.key)
        let isFirstThere = try from == mark.first || look(mark.first...mark.first) == 1
        let isNextFree = try mark.count == Int64(self.capacity) || look((mark.last + 1)...(mark.last + 1)) == 0
        guard piece.count == Int(mark.last - from) + 1, isFirstThere, isNextFree else {
            throw DatabaseDamage("machine \(row.machine): not as it was closed")
        }
        return piece
    }

    private func machines(_ db: Database) throws -> [MachineRow] {
        try Row.fetchAll(db, sql: "SELECT id, name, first_seen FROM machine ORDER BY id").map { row in
            let name: String = row["name"]
            guard let machine = MachineID(name) else { throw DatabaseDamage("a machine with a bad name") }
            return MachineRow(
                key: row["id"],
                machine: machine,
                firstSeen: Timestamp(milliseconds: row["first_seen"])
            )
        }
    }

    /// Columns as in `load`.
    static func reading(
        _ statement: borrowing SQLiteStatement,
        of machine: MachineID,
        capacity: Int64
    ) throws -> StoredReading {
        let sequence = statement.int64(2)
        guard sequence >= 1, statement.int64(1) == sequence % capacity else {
            throw DatabaseDamage("machine \(machine): reading \(sequence) is in slot \(statement.int64(1))")
        }
        var extra: [ExtraMetric] = []
        if let text = statement.text(8) {
            guard let parsed = ExtraJSON.parseObject(text) else {
                throw DatabaseDamage("machine \(machine): reading \(sequence) has bad extra metrics")
            }
            extra = parsed
        }
        let metrics = Metrics(
            rpm: statement.double(5),
            torque: statement.double(6),
            pressure: statement.double(7),
            sortedExtra: extra
        )
        // A time of receipt that stood in for the source's is the same number twice.
        let (timestamp, received) = (statement.int64(3), statement.int64(4))
        let reading = Reading(
            machine: machine,
            timestamp: timestamp == received ? nil : Timestamp(milliseconds: timestamp),
            received: Timestamp(milliseconds: received),
            metrics: metrics,
            isRetained: statement.int64(9) & Schema.retainedFlag != 0,
            isHistorical: statement.int64(9) & Schema.historicalFlag != 0
        )
        return StoredReading(sequence: sequence, reading: reading)
    }

    /// From slot order to sequence order: the ring starts somewhere in the middle.
    private func inSequence(_ ring: [StoredReading], of machine: MachineID) throws -> [StoredReading] {
        guard let start = ring.indices.min(by: { ring[$0].sequence < ring[$1].sequence }) else {
            throw DatabaseDamage("machine \(machine) has no reading")
        }
        let ordered = Array(ring[start...] + ring[..<start])
        for (offset, stored) in ordered.enumerated()
        where stored.sequence != ordered[0].sequence + Int64(offset) {
            throw DatabaseDamage("machine \(machine): a gap before reading \(stored.sequence)")
        }
        return ordered
    }
}
