import GRDB

/// The rows of `message`. Writer thread, or before it starts.
enum MessageTable {
    /// Adds a message and lets the machine's oldest beyond `Limits.messagesKeptMax` go; its number.
    static func insert(_ draft: MessageDraft, _ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: "INSERT INTO message (machine, kind, sender, text, timestamp, at) VALUES (?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            draft.machine.name, draft.kind.rawValue, draft.sender, draft.text, draft.timestamp.milliseconds,
            draft.at?.milliseconds,
        ])
        let id = db.lastInsertedRowID
        let trim = try db.cachedStatement(
            sql: """
                DELETE FROM message WHERE machine = ? AND id <= (
                    SELECT id FROM message WHERE machine = ? ORDER BY id DESC LIMIT 1 OFFSET ?)
                """)
        try trim.execute(arguments: [draft.machine.name, draft.machine.name, Limits.messagesKeptMax])
        return id
    }

    /// Those of all machines up to this number go.
    static func delete(through id: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM message WHERE id <= ?").execute(arguments: [id])
    }

    /// The newest of all machines, oldest first. What is no message of ours is left out, and left alone.
    static func load(_ db: Database) throws -> [RoomMessage] {
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT * FROM message ORDER BY id DESC LIMIT ?",
            arguments: [Limits.messagesKeptInAllMax]
        )
        return rows.reversed().compactMap { row in
            guard let machine = MachineID(row["machine"]), let kind = RoomMessage.Kind(rawValue: row["kind"]) else {
                return nil
            }
            return RoomMessage(
                id: row["id"],
                machine: machine,
                kind: kind,
                sender: row["sender"],
                text: row["text"],
                timestamp: Timestamp(milliseconds: row["timestamp"]),
                at: (row["at"] as Int64?).map { Timestamp(milliseconds: $0) }
            )
        }
    }
}
