import GRDB

/// The hot statement: one reading into its slot, over what was there.
struct ReadingInsert: ~Copyable {
    static let sql = """
        INSERT OR REPLACE INTO reading (machine, slot, seq, timestamp, received, rpm, torque, pressure, extra, flags)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private let statement: SQLiteStatement
    private let capacity: Int64
    /// Used again for the JSON of extra metrics.
    private var scratch: [UInt8] = []

    /// N readings per machine, as in `meta`. Other SQL with the same parameters is for the benchmark.
    init(capacity: Int, on db: Database, sql: String = Self.sql) throws(DatabaseError) {
        self.statement = try SQLiteStatement(sql, on: db)
        self.capacity = Int64(capacity)
    }

    /// Inside a transaction.
    mutating func insert(_ stored: StoredReading, machineKey: Int64) throws(DatabaseError) {
        assert(stored.sequence >= 1 && machineKey >= 1)
        let reading = stored.reading
        self.statement.bind(machineKey, at: 1)
        self.statement.bind(stored.sequence % self.capacity, at: 2)
        self.statement.bind(stored.sequence, at: 3)
        self.statement.bind(reading.timestamp.milliseconds, at: 4)
        self.statement.bind(reading.received.milliseconds, at: 5)
        self.statement.bind(reading.metrics.rpm, at: 6)
        self.statement.bind(reading.metrics.torque, at: 7)
        self.statement.bind(reading.metrics.pressure, at: 8)
        let flags =
            (reading.isHistorical ? Schema.historicalFlag : 0) | (reading.isRetained ? Schema.retainedFlag : 0)
        self.statement.bind(flags, at: 10)
        if reading.metrics.extra.isEmpty {
            self.statement.bindNull(at: 9)
            return try self.statement.run()
        }
        ExtraJSON.writeObject(reading.metrics.extra, into: &self.scratch)
        try self.statement.run(binding: self.scratch, at: 9)
    }
}
