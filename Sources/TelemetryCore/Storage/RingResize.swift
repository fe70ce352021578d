import GRDB

/// N changed since the last run: every ring is laid out anew, with its newest readings that fit.
enum RingResize {
    /// One transaction: either all rings have the new size, or none has.
    static func run(_ db: Database, to capacity: Int) throws {
        try db.inTransaction(.immediate) {
            // The views name the table, so they go and come back with it.
            try Schema.dropViews(db)
            try db.execute(sql: Schema.readingTable(named: "resized"))
            try db.execute(
                sql: """
                    INSERT INTO resized
                    SELECT machine, seq % :capacity AS place,
                           seq, timestamp, received, rpm, torque, pressure, extra, flags
                    FROM reading
                    JOIN (SELECT machine, max(seq) AS newest FROM reading GROUP BY machine) USING (machine)
                    WHERE seq > newest - :capacity
                    ORDER BY machine, place
                    """,
                arguments: ["capacity": capacity]
            )
            try db.execute(sql: "DROP TABLE reading")
            try db.execute(sql: "ALTER TABLE resized RENAME TO reading")
            try Schema.createViews(db)
            try db.execute(
                sql: "UPDATE meta SET value = ? WHERE key = 'capacity'",
                arguments: [String(capacity)]
            )
            return .commit
        }
    }
}
