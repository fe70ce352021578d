import GRDB

/// One step of an export: the next readings of a ring, as far as they are still there.
struct RingSlice {
    struct Loaded {
        /// In sequence order.
        var readings: [StoredReading] = []
        /// Overwritten since the export began.
        var lost: Int64 = 0
        /// Where the next step starts.
        var next: Int64
    }

    private let part: ExportPlan.Part
    private let from: Int64

    init(of part: ExportPlan.Part, from: Int64) {
        self.part = part
        self.from = from
    }

    func load(_ db: Database) throws -> Loaded {
        // Asked each time: a daemon that started with another N has numbered the slots anew.
        let capacity = try Int64.fetchOne(db, sql: "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'capacity'")
        guard let capacity, capacity >= 1 else { throw StoreToolError("the ring size is missing") }
        let slot = self.from % capacity
        let count = min(Int64(Limits.exportStepReadings), self.part.last - self.from + 1, capacity - slot)
        var loaded = Loaded(next: self.from + count)
        let statement = try SQLiteStatement(
            """
            SELECT seq, timestamp, received, rpm, torque, pressure, extra
            FROM reading WHERE machine = ? AND slot >= ? AND slot < ? ORDER BY slot
            """, on: db)
        statement.bind(self.part.key, at: 1)
        statement.bind(slot, at: 2)
        statement.bind(slot + count, at: 3)
        loaded.readings.reserveCapacity(Int(count))
        while try statement.step() {
            guard statement.int64(0) >= self.from, statement.int64(0) < loaded.next else { continue }
            loaded.readings.append(try self.reading(statement))
        }
        loaded.lost = count - Int64(loaded.readings.count)
        return loaded
    }

    private func reading(_ statement: borrowing SQLiteStatement) throws -> StoredReading {
        let extra = try statement.text(6).map { text throws -> [ExtraMetric] in
            guard let extra = ExtraJSON.parseObject(text) else {
                throw StoreToolError("machine \(self.part.machine): reading \(statement.int64(0)) is damaged")
            }
            return extra
        }
        let metrics = Metrics(
            rpm: statement.double(3),
            torque: statement.double(4),
            pressure: statement.double(5),
            sortedExtra: extra ?? []
        )
        let reading = Reading(
            machine: self.part.machine,
            timestamp: Timestamp(milliseconds: statement.int64(1)),
            received: Timestamp(milliseconds: statement.int64(2)),
            metrics: metrics
        )
        return StoredReading(sequence: statement.int64(0), reading: reading)
    }
}
