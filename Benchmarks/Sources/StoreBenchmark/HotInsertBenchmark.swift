import Foundation
import GRDB

/// One reading into a full ring, by GRDB and by the C API behind it, in batches of several sizes.
/// The variants take turns within one run, so that a noisy neighbour costs all of them.
final class HotInsertBenchmark {
    enum Variant: String, CaseIterable {
        case grdbCached = "GRDB cachedStatement"
        case grdbUnchecked = "GRDB unchecked args"
        case cReplace = "C API, REPLACE"
        case cUpsert = "C API, UPSERT"
    }

    static let upsert = """
        INSERT INTO reading (machine, slot, seq, timestamp, received, rpm, torque, pressure, extra, flags)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (machine, slot) DO UPDATE SET seq = excluded.seq, timestamp = excluded.timestamp,
        received = excluded.received, rpm = excluded.rpm, torque = excluded.torque, pressure = excluded.pressure,
        extra = excluded.extra, flags = excluded.flags
        """

    let capacity = 1_000
    let machines = 50
    let queue: DatabaseQueue
    private var sequence: Int64 = 0
    private var replaceInsert: ReadingInsert? = nil
    private var upsertInsert: ReadingInsert? = nil

    init(path: String, synchronous: String) throws {
        self.queue = try DatabaseQueue(path: path)
        try Schema.migrator.migrate(self.queue)
        try self.queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: "PRAGMA secure_delete = OFF")
            try db.execute(sql: "PRAGMA synchronous = \(synchronous)")
            self.replaceInsert = try ReadingInsert(capacity: self.capacity, on: db)
            self.upsertInsert = try ReadingInsert(capacity: self.capacity, on: db, sql: Self.upsert)
        }
        // Rings full from here on: every insert overwrites.
        try self.run(.cReplace, batch: 10_000, readings: self.machines * self.capacity)
    }

    func run(_ variant: Variant, batch: Int, readings: Int) throws {
        var done = 0
        while done < readings {
            let stored = try (0..<batch).map { index in try self.reading(index) }
            try self.queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try self.insert(stored, variant, db)
                    return .commit
                }
            }
            done += batch
        }
    }

    private func reading(_ index: Int) throws -> (key: Int64, stored: StoredReading) {
        self.sequence += 1
        let key = self.sequence % Int64(self.machines) + 1
        guard let machine = MachineID("machine\(key)") else { throw CocoaError(.featureUnsupported) }
        let value = Double(self.sequence % 977)
        let reading = Reading(
            machine: machine,
            timestamp: Timestamp(milliseconds: 1_795_254_086_123 + self.sequence),
            received: Timestamp(milliseconds: 1_795_254_086_125 + self.sequence),
            metrics: Metrics(rpm: 1480 + value / 7, torque: 120 + value / 13, pressure: 6 + value / 977)
        )
        return (key, StoredReading(sequence: self.sequence / Int64(self.machines) + 1, reading: reading))
    }

    deinit {
        self.replaceInsert = nil
        self.upsertInsert = nil
        try? self.queue.close()
    }

    private func insert(_ batch: [(key: Int64, stored: StoredReading)], _ variant: Variant, _ db: Database) throws {
        switch variant {
        case .grdbCached:
            for (key, stored) in batch {
                let statement = try db.cachedStatement(sql: ReadingInsert.sql)
                try statement.execute(arguments: self.arguments(key, stored))
            }
        case .grdbUnchecked:
            let statement = try db.cachedStatement(sql: ReadingInsert.sql)
            for (key, stored) in batch {
                statement.setUncheckedArguments(self.arguments(key, stored))
                try statement.execute()
            }
        case .cReplace:
            for (key, stored) in batch { try self.replaceInsert?.insert(stored, machineKey: key) }
        case .cUpsert:
            for (key, stored) in batch { try self.upsertInsert?.insert(stored, machineKey: key) }
        }
    }

    private func arguments(_ key: Int64, _ stored: StoredReading) -> StatementArguments {
        let metrics = stored.reading.metrics
        return [
            key, stored.sequence % Int64(self.capacity), stored.sequence,
            stored.reading.timestamp.milliseconds, stored.reading.received.milliseconds,
            metrics.rpm, metrics.torque, metrics.pressure, nil as String?, 0,
        ]
    }
}
