import GRDB
import Logging

/// How a database becomes an open store: lock, file, schema, size, rings; a damaged one is moved aside.
struct StoreOpening {
    let path: String
    let capacity: Int
    var retention = Retention()
    let clock: WallClock
    let logger: Logger
    var plan = StartPlan()

    /// The rings as they are read before the store is ready.
    private struct Rings {
        let directory: MachineDirectory
        let machines: [OpenedStore.Machine]
        var backfill: RingBackfill?
    }

    /// Blocks; throws one line for the user.
    func open() throws(StoreOpenError) -> OpenedStore {
        let file = try DatabaseFile(path: self.path)
        let lock = try DatabaseLock(file)
        do {
            return try self.openOnce(file, lock: lock)
        } catch let damage as DatabaseDamage {
            let aside = try file.moveAside(at: self.clock.now())
            self.logger.error(
                "database damaged: moved aside, starting with a new one",
                metadata: ["database": "\(file.path)", "moved_to": "\(aside)", "damage": "\(damage)"]
            )
        } catch let error as StoreOpenError {
            throw error
        } catch {
            throw StoreOpenError("cannot open the database \(file.path): \(StorageFailure(error))")
        }
        do {
            return try self.openOnce(file, lock: lock)
        } catch {
            throw StoreOpenError("cannot start a new database \(file.path): \(StorageFailure(error))")
        }
    }

    private func openOnce(_ file: DatabaseFile, lock: DatabaseLock) throws -> OpenedStore {
        try file.createIfMissing()
        do {
            let queue = try DatabaseQueue(path: file.path, configuration: Self.configuration)
            do {
                return try self.prepare(queue, file: file, lock: lock)
            } catch {
                // Without this the damaged file would be renamed under an open connection.
                try? queue.close()
                throw error
            }
        } catch let error as DatabaseError where Self.isDamage(error) {
            throw DatabaseDamage("\(StorageFailure(error))")
        }
    }

    private func prepare(_ queue: DatabaseQueue, file: DatabaseFile, lock: DatabaseLock) throws -> OpenedStore {
        try queue.writeWithoutTransaction { db in
            try self.refuseOthers(db, file)
            try Self.setPragmas(db)
        }
        let rings = try self.newestRings(queue) ?? self.allRings(queue)
        do {
            return try self.openedStore(queue, lock: lock, rings)
        } catch {
            rings.backfill?.close()
            throw error
        }
    }

    /// Everything is checked and read.
    private func allRings(_ queue: DatabaseQueue) throws -> Rings {
        try queue.writeWithoutTransaction { db in
            try Self.check(db)
            // They are for the rings and the schema as they were.
            if try RingMarks.areThere(db), try !self.isAsItShouldBe(db) { try RingMarks.remove(db) }
        }
        try Schema.migrator.migrate(queue)
        return try queue.writeWithoutTransaction { db in
            let epoch = try Self.epoch(db)
            try self.fitCapacity(db)
            let directory = MachineDirectory(epoch: epoch, capacity: self.capacity)
            let machines = try RingLoader(epoch: epoch, capacity: self.capacity).load(db, into: directory)
            return Rings(directory: directory, machines: machines)
        }
    }

    /// A large store that was closed in order is ready with the newest of each ring; what takes long comes after.
    /// `nil`: it was not, or there is anything else to be done or to be doubted.
    private func newestRings(_ queue: DatabaseQueue) throws -> Rings? {
        guard let marks = try queue.writeWithoutTransaction({ db in try self.usableMarks(db) }) else { return nil }
        let findings = RingFindings(logger: self.logger)
        var connections: [RingConnection] = []
        do {
            for _ in 0..<2 {
                connections.append(
                    try RingConnection(path: queue.path, capacity: self.capacity, findings: findings))
            }
            let rings = try queue.writeWithoutTransaction { db in
                let epoch = try Self.epoch(db)
                let directory = MachineDirectory(epoch: epoch, capacity: self.capacity)
                let machines = try RingLoader(epoch: epoch, capacity: self.capacity).load(
                    newest: self.plan.newest,
                    db,
                    marks: marks,
                    unread: connections[0],
                    into: directory
                )
                return Rings(directory: directory, machines: machines)
            }
            for machine in rings.machines { machine.feed.readUntilLatest() }
            if findings.damageCount > 0 { throw DatabaseDamage("some rings cannot be read") }
            let feeds = rings.machines.map(\.feed)
            let backfill = RingBackfill(feeds, asked: connections[0], worker: connections[1], logger: self.logger)
            return Rings(directory: rings.directory, machines: rings.machines, backfill: backfill)
        } catch {
            for connection in connections { connection.close() }
            self.logger.warning(
                "database is not as it was closed: checking all of it",
                metadata: ["database": "\(queue.path)", "error": "\(StorageFailure(error))"]
            )
            return nil
        }
    }

    /// Schema and N are those of this run.
    private func isAsItShouldBe(_ db: Database) throws -> Bool {
        guard try db.tableExists("meta"), try Schema.migrator.hasCompletedMigrations(db) else { return false }
        return try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'capacity'") == String(self.capacity)
    }

    private func usableMarks(_ db: Database) throws -> [Int64: RingMark]? {
        guard try self.isAsItShouldBe(db), let marks = try RingMarks.load(db) else { return nil }
        // Made smaller with all readings in memory, whose size is known only then.
        if let pagesMax = RetentionSweep(self.retention, clock: self.clock).pagesMax {
            guard try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0 <= pagesMax else { return nil }
        }
        let readings = marks.values.reduce(Int64(0)) { $0.addingReportingOverflow($1.count).partialValue }
        return readings > Int64(self.plan.readAtOnceMax) ? marks : nil
    }

    private func openedStore(_ queue: DatabaseQueue, lock: DatabaseLock, _ rings: Rings) throws -> OpenedStore {
        let (alarms, isMarked) = try queue.writeWithoutTransaction { db in
            (try AlarmLoader.load(db, capacity: self.capacity), try RingMarks.areThere(db))
        }
        let store = try SQLiteReadingStore(
            queue: queue,
            lock: lock,
            capacity: self.capacity,
            backfill: rings.backfill,
            plan: self.plan,
            isMarked: isMarked,
            logger: self.logger
        )
        var opened = OpenedStore(
            store: store,
            directory: rings.directory,
            machines: rings.machines,
            alarms: alarms,
            backfill: rings.backfill
        )
        (opened.messages, opened.handover) = try queue.writeWithoutTransaction { db in
            (try MessageTable.load(db), try HandoverTable.load(db))
        }
        try self.fitSize(of: opened)
        return opened
    }

    /// A file that is larger than it may be gives up its oldest readings, and the disk behind them.
    private func fitSize(of opened: OpenedStore) throws(StorageFailure) {
        var sweep = RetentionSweep(self.retention, clock: self.clock)
        guard let pagesMax = sweep.pagesMax else { return }
        let (store, before) = (opened.store, try opened.store.pages().count)
        if before > pagesMax {
            let keys = Dictionary(uniqueKeysWithValues: opened.machines.map { ($0.feed.machine, $0.key) })
            while true {
                let used = try store.pages().used
                let drops = sweep.largest(of: opened.machines.map(\.feed), pagesUsed: used) { keys[$0] }
                if drops.isEmpty { break }
                try store.drop(drops)
                for drop in drops { drop.feed.dropOldest(through: drop.last) }
            }
            self.shrink(store)
            let after = try store.pages().count
            self.logger.notice(
                "database was larger than it may be: the oldest readings are dropped",
                metadata: [
                    "bytes_before": "\(before * Limits.databasePageBytes)",
                    "bytes": "\(after * Limits.databasePageBytes)",
                ]
            )
        }
        try store.setPagesMax(pagesMax)
    }

    private func shrink(_ store: SQLiteReadingStore) {
        do {
            try store.vacuum()
        } catch {
            // Wants as much free disk again; the free pages are used in any case.
            self.logger.notice("database not made smaller", metadata: ["error": "\(error)"])
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "telemetry-store"
        configuration.foreignKeysEnabled = false
        // Somebody with the sqlite3 shell may hold the write lock for a moment.
        configuration.busyMode = .timeout(Limits.databaseBusySeconds)
        return configuration
    }

    /// A file that another program, or a newer telemetryd, has made is not ours to change.
    private func refuseOthers(_ db: Database, _ file: DatabaseFile) throws {
        let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        // GRDB makes its own table before our first migration: a start may have ended in between.
        let tables = try Int.fetchOne(
            db,
            sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        )
        if id != Schema.applicationID, tables != 0 {
            throw StoreOpenError("\(file.path) is the database of another program: choose another path")
        }
        if try Schema.migrator.hasBeenSuperseded(db) {
            throw StoreOpenError("the database \(file.path) was made by a newer telemetryd")
        }
    }

    /// Sets what makes a commit durable and the WAL bounded, and reads back what it depends on.
    private static func setPragmas(_ db: Database) throws {
        // Counts for a new file only, and only before it becomes WAL.
        try db.execute(sql: "PRAGMA page_size = \(Limits.databasePageBytes)")
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        try db.execute(
            sql: """
                PRAGMA synchronous = FULL;
                PRAGMA wal_autocheckpoint = \(Limits.walCheckpointPages);
                PRAGMA cache_size = -\(Limits.pageCacheKibibytes);
                PRAGMA secure_delete = OFF
                """)
        _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = \(Limits.walBytesKept)")
        let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard mode == "wal", synchronous == 2 else {
            throw DatabaseError(message: "no write-ahead log on this file system")
        }
    }

    private static func check(_ db: Database) throws {
        let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)")
        if verdict != "ok" { throw DatabaseDamage("quick_check: \(verdict ?? "no answer")") }
    }

    private static func epoch(_ db: Database) throws -> Epoch {
        if let text = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'") {
            guard let epoch = Epoch(text) else { throw DatabaseDamage("a bad epoch") }
            return epoch
        }
        guard try Int.fetchOne(db, sql: "SELECT count(*) FROM machine") == 0 else {
            throw DatabaseDamage("machines without an epoch")
        }
        var generator = SystemRandomNumberGenerator()
        let epoch = Epoch.random(using: &generator)
        try db.execute(sql: "INSERT INTO meta (key, value) VALUES ('epoch', ?)", arguments: [epoch.text])
        return epoch
    }

    private func fitCapacity(_ db: Database) throws {
        guard let text = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'capacity'") else {
            try db.execute(
                sql: "INSERT INTO meta (key, value) VALUES ('capacity', ?)",
                arguments: [String(self.capacity)]
            )
            return
        }
        guard let before = Int(text), before >= 1 else { throw DatabaseDamage("a bad capacity") }
        if before == self.capacity { return }
        self.logger.notice(
            "history per machine changed",
            metadata: ["from": "\(before)", "to": "\(self.capacity)"]
        )
        try RingResize.run(db, to: self.capacity)
        guard before > self.capacity else { return }
        do {
            try db.execute(sql: "VACUUM")
        } catch {
            // Wants as much free disk again; the free pages are used in any case.
            self.logger.notice("database not made smaller", metadata: ["error": "\(StorageFailure(error))"])
        }
    }

    static func isDamage(_ error: DatabaseError) -> Bool {
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: return true
        default: return false
        }
    }
}
