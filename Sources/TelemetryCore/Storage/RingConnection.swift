import GRDB
import Logging
import Synchronization

/// A connection that only reads rings, beside the writer's. Any thread, one look at a time.
final class RingConnection: UnreadReadings {
    let findings: RingFindings
    private let queue: DatabaseQueue
    private let capacity: Int

    init(path: String, capacity: Int, findings: RingFindings) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "telemetry-rings"
        configuration.busyMode = .timeout(Limits.databaseBusySeconds)
        self.queue = try DatabaseQueue(path: path, configuration: configuration)
        self.capacity = capacity
        self.findings = findings
        try self.queue.unsafeRead { db in
            try db.execute(sql: "PRAGMA cache_size = -\(Limits.ringCacheKibibytes)")
            // Now, while there are descriptors to be had, it opens the log as well.
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM meta")
        }
    }

    /// Many looks with one statement.
    func look<Value>(_ body: (borrowing RingRows) throws -> Value) throws -> Value {
        try self.queue.unsafeRead { db in try body(try RingRows(capacity: self.capacity, on: db)) }
    }

    func piece(_ range: ClosedRange<Int64>, of machine: MachineID, key: Int64) -> RingPiece? {
        do {
            return try self.look { rows in try rows.piece(range, of: machine, key: key) }
        } catch {
            self.findings.note(error)
            return nil
        }
    }

    func noteExtraBytes(_ bytes: Int) { self.findings.noteExtraBytes(bytes) }

    /// SQLite's own check of the whole file.
    func check() {
        do {
            let verdict = try self.queue.unsafeRead { db in try String.fetchOne(db, sql: "PRAGMA quick_check(1)") }
            if verdict != "ok" { self.findings.note(DatabaseDamage("quick_check: \(verdict ?? "no answer")")) }
        } catch {
            self.findings.note(error)
        }
    }

    /// Ends the look that is being taken.
    func interrupt() { self.queue.interrupt() }

    /// Waits for the look that is being taken; later ones find nothing.
    func close() { try? self.queue.close() }
}

/// What reading rings beside the writer brought to light. Any thread.
final class RingFindings: Sendable {
    private let isOver = Atomic(false)
    private let damages = Atomic(0)
    private let bytes = Atomic(0)
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// Times that the database could not be read, or was not what the writer had written.
    var damageCount: Int { self.damages.load(ordering: .relaxed) }
    /// About what the extra metrics take that came into memory so.
    var extraBytes: Int { self.bytes.load(ordering: .relaxed) }
    var isEnding: Bool { self.isOver.load(ordering: .acquiring) }

    /// From now on it is no finding when nothing can be read.
    func end() { self.isOver.store(true, ordering: .releasing) }

    func noteExtraBytes(_ bytes: Int) { self.bytes.add(bytes, ordering: .relaxed) }

    func note(_ error: any Error) {
        if self.isEnding { return }
        let count = self.damages.add(1, ordering: .relaxed).newValue
        guard count <= Limits.machinesNamedMax else { return }
        self.logger.error(
            "database damaged: going on with what can be read; the next start checks it and moves it aside",
            metadata: ["damage": "\((error as? DatabaseDamage)?.description ?? StorageFailure(error).description)"]
        )
    }
}
