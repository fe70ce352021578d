import GRDB
import Logging

/// The database of readings, and the only connection that writes to it.
///
/// Owned by the thread that opens it, then by the writer thread. (`queue` serializes whatever else might touch it.)
final class SQLiteReadingStore {
    let queue: DatabaseQueue
    /// Given back by `close`, after the file is closed.
    private var lock: DatabaseLock?
    private let logger: Logger
    /// Finalized by `close`, before the connection goes.
    private var insert: ReadingInsert? = nil

    init(queue: DatabaseQueue, lock: DatabaseLock, capacity: Int, logger: Logger) throws {
        self.queue = queue
        self.lock = lock
        self.logger = logger
        try queue.writeWithoutTransaction { db in
            self.insert = try ReadingInsert(capacity: capacity, on: db)
        }
    }

    /// All of the batch in one transaction; durable when this returns (docs/decisions/0002-durability.md).
    /// When it throws, nothing of the batch is stored.
    func commit(_ batch: WriteBatch) throws(StorageFailure) {
        do {
            try self.queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try self.insertMachines(of: batch, db)
                    try self.insertReadings(of: batch)
                    try RecordWriter.write(batch.records, db)
                    return .commit
                }
            }
        } catch {
            throw StorageFailure(error)
        }
    }

    /// Tries whether the database can be written, without a trace in the data.
    func probe() throws(StorageFailure) {
        do {
            try self.queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try db.execute(sql: "INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', '')")
                    try db.execute(sql: "DELETE FROM meta WHERE key = 'probe'")
                    return .commit
                }
            }
        } catch {
            throw StorageFailure(error)
        }
    }

    /// Moves the WAL into the file and closes. What is committed is safe without it; this only tidies up.
    func close() {
        self.insert = nil
        do {
            try self.queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try self.queue.close()
        } catch {
            self.logger.warning("database not closed in order", metadata: ["error": "\(error)"])
        }
        self.lock = nil
    }

    private func insertMachines(of batch: WriteBatch, _ db: Database) throws {
        for lane in batch.lanes where !lane.isStored && lane.head >= 0 {
            let first = batch.readings[lane.head].reading
            try db.execute(
                sql: "INSERT INTO machine (id, name, first_seen) VALUES (?, ?, ?)",
                arguments: [lane.key, lane.machine.name, first.received.milliseconds]
            )
        }
    }

    private func insertReadings(of batch: WriteBatch) throws {
        for (stored, key) in zip(batch.readings, batch.keys) {
            guard try self.insert?.insert(stored, machineKey: key) != nil else {
                preconditionFailure("the store is closed")
            }
        }
    }
}
