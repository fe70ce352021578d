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
    /// Opened for those who read beside the writer.
    let reader: JournalReader
    /// N
    private let capacity: Int64
    /// Finalized by `close`, before the connection goes.
    private var insert: ReadingInsert? = nil
    /// Reads beside this connection; ended by `close`.
    private let backfill: RingBackfill?
    private let plan: StartPlan
    /// The marks of an orderly close are in the file: the next transaction takes them away.
    private var isMarked: Bool

    init(
        queue: DatabaseQueue,
        lock: DatabaseLock,
        capacity: Int,
        backfill: RingBackfill? = nil,
        plan: StartPlan = StartPlan(),
        isMarked: Bool = false,
        logger: Logger
    ) throws {
        self.queue = queue
        self.lock = lock
        self.reader = JournalReader(path: queue.path)
        self.logger = logger
        self.backfill = backfill
        self.plan = plan
        self.isMarked = isMarked
        self.capacity = Int64(capacity)
        try queue.writeWithoutTransaction { db in
            self.insert = try ReadingInsert(capacity: capacity, on: db)
        }
    }

    /// All of the batch in one transaction; durable when this returns (docs/decisions/0002-durability.md).
    /// When it throws, nothing of the batch is stored, nor of the journal. Returns what became of each journal write.
    @discardableResult
    func commit(_ batch: WriteBatch, _ journal: [JournalEntry] = []) throws(StorageFailure) -> [JournalError?] {
        var outcomes: [JournalError?] = []
        do {
            try self.queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    if self.isMarked { try RingMarks.remove(db) }
                    try self.insertMachines(of: batch, db)
                    try self.insertReadings(of: batch)
                    try RecordWriter.write(batch.records, db)
                    for entry in journal { outcomes.append(try entry.write.perform(db)) }
                    return .commit
                }
            }
        } catch {
            throw StorageFailure(error)
        }
        self.isMarked = false
        return outcomes
    }

    /// Takes these readings out, in one transaction.
    func drop(_ drops: [RingDrop]) throws(StorageFailure) {
        do {
            try self.queue.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    if self.isMarked { try RingMarks.remove(db) }
                    let statement = try db.cachedStatement(
                        sql: "DELETE FROM reading WHERE machine = ? AND slot >= ? AND slot <= ?")
                    for drop in drops {
                        for slots in self.slots(of: drop) {
                            try statement.execute(arguments: [drop.key, slots.lowerBound, slots.upperBound])
                        }
                    }
                    return .commit
                }
            }
        } catch {
            throw StorageFailure(error)
        }
        self.isMarked = false
    }

    /// Where they lie: one run of slots, or two where the ring starts anew.
    private func slots(of drop: RingDrop) -> [ClosedRange<Int64>] {
        let (first, last) = (drop.first % self.capacity, drop.last % self.capacity)
        assert(drop.count <= self.capacity)
        return first <= last ? [first...last] : [first...(self.capacity - 1), 0...last]
    }

    /// Pages of the file, and those of them that are in use; without the log.
    func pages() throws(StorageFailure) -> (count: Int, used: Int) {
        do {
            return try self.queue.writeWithoutTransaction { db in
                let count = try Int.fetchOne(db.cachedStatement(sql: "PRAGMA page_count")) ?? 0
                let free = try Int.fetchOne(db.cachedStatement(sql: "PRAGMA freelist_count")) ?? 0
                return (count, count - free)
            }
        } catch {
            throw StorageFailure(error)
        }
    }

    /// From now on SQLite refuses what would make the file larger (but not smaller than it is).
    func setPagesMax(_ pages: Int) throws(StorageFailure) {
        do {
            try self.queue.writeWithoutTransaction { db in
                _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
            }
        } catch {
            throw StorageFailure(error)
        }
    }

    /// Gives the pages that are not in use back to the disk; needs as much room again while it works.
    func vacuum() throws(StorageFailure) {
        do {
            try self.queue.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM")
                try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
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
    ///
    /// `rings`: all there are, by the machine's key, when what is in memory is what is in the file. If they are many
    /// their marks are left there, so that the next start need not read them all (`RingMarks`).
    func close(_ rings: [Int64: MachineFeed] = [:]) {
        // Before the backfill ends: what is unread then is gone from memory.
        let marks = rings.mapValues { $0.mark(newest: self.plan.newest) }
        let readings = marks.values.reduce(Int64(0)) { $0 + $1.count }
        self.insert = nil
        self.reader.close()
        self.backfill?.close()
        do {
            try self.queue.writeWithoutTransaction { db in
                if self.backfill?.damageCount ?? 0 > 0 {
                    try RingMarks.remove(db)
                } else if !(self.isMarked && self.backfill != nil), readings > Int64(self.plan.readAtOnceMax) {
                    // Else those that this start relied on are as good as ever.
                    try RingMarks.store(marks, db)
                }
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
        // By index: `zip` would copy each reading, with its references.
        for index in batch.readings.indices {
            guard try self.insert?.insert(batch.readings[index], machineKey: batch.keys[index]) != nil else {
                preconditionFailure("the store is closed")
            }
        }
    }
}
