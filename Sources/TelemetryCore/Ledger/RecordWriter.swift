import GRDB

/// Writes what there is beside the readings, inside their transaction. Writer thread.
enum RecordWriter {
    static func write(_ changes: RecordChanges, _ db: Database) throws {
        for unit in changes.units {
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO unit (machine, metric, unit) VALUES (?, ?, ?)")
                .execute(arguments: [unit.key, unit.metric.text, unit.symbol])
        }
        for change in changes.labels {
            try db.cachedStatement(sql: "DELETE FROM label WHERE machine = ?").execute(arguments: [change.key])
            for (name, value) in change.labels {
                try db.cachedStatement(sql: "INSERT INTO label (machine, name, value) VALUES (?, ?, ?)")
                    .execute(arguments: [change.key, name, value])
            }
        }
        for change in changes.ledgers {
            let ledger = change.ledger
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO ledger
                    (machine, received, stored, duplicates, skipped, late, gaps, rejected)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                change.key, ledger.received, ledger.stored, ledger.duplicates, ledger.skipped, ledger.late,
                ledger.gaps, RejectedJSON.text(ledger.rejected),
            ])
        }
    }
}
