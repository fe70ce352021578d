import GRDB

/// Writes what a write of the desk brings. Writer thread, in its transaction.
enum AlarmWriter {
    /// What is pinned then.
    static func write(_ writes: AlarmWriteSet, _ db: Database) throws -> PinWrites.Totals {
        for event in writes.events { try AlarmEventRow.write(event, db) }
        if let last = writes.events.last { try AlarmEventRow.prune(last: last.id, db) }
        for row in writes.rows { try AlarmStateRow.write(row, db) }
        for id in writes.gone { try AlarmStateRow.remove(id, db) }
        if let judgedUntil = writes.judgedUntil {
            try db.execute(
                sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                arguments: [AlarmSchema.judgedKey, String(judgedUntil.milliseconds)]
            )
        }
        return try PinRow.write(writes.pins, db)
    }
}
