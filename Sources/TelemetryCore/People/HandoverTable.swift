import GRDB

/// The rows of `handover`. Writer thread, or before it starts.
enum HandoverTable {
    /// Adds an item; its number.
    static func insert(_ item: HandoverItem, _ db: Database) throws -> Int64 {
        try db.execute(
            sql: "INSERT INTO handover (machine, text, by, at) VALUES (?, ?, ?, ?)",
            arguments: [item.machine?.name, item.text, item.by, item.at.milliseconds]
        )
        return db.lastInsertedRowID
    }

    /// Ticks it off, or opens it again.
    static func set(_ done: HandoverItem.Done?, of id: Int64, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE handover SET done_by = ?, done_at = ? WHERE id = ?",
            arguments: [done?.by, done?.at.milliseconds, id]
        )
    }

    static func delete(_ id: Int64, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM handover WHERE id = ?", arguments: [id])
    }

    /// The newest, oldest first.
    static func load(_ db: Database) throws -> [HandoverItem] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT * FROM handover ORDER BY id DESC LIMIT ?",
            arguments: [Limits.handoverItemsMax]
        )
        return rows.reversed().map { row in
            let done: HandoverItem.Done? =
                if let by = row["done_by"] as String?, let at = row["done_at"] as Int64? {
                    .init(by: by, at: Timestamp(milliseconds: at))
                } else {
                    nil
                }
            return HandoverItem(
                id: row["id"],
                machine: (row["machine"] as String?).flatMap { MachineID($0) },
                text: row["text"],
                by: row["by"],
                at: Timestamp(milliseconds: row["at"]),
                done: done
            )
        }
    }
}
