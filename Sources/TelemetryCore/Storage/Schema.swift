import GRDB

/// The tables behind the two public views (interface section 4), and how they came to be.
///
/// - `machine`: a machine's integer key. Written once per machine, so the hot path touches one table only.
/// - `reading`: the rings, keyed (machine, seq % N): the newest reading of a full ring overwrites the oldest in its
///   place. WITHOUT ROWID: the key is the tree, there is no second index to keep.
///   `flags`: `historicalFlag`, `retainedFlag`.
/// - `meta`: `epoch`, and `capacity`, the N by which the slots were numbered.
/// - `label`: what is known of a machine beside its name.
/// - `unit`: the unit in which its sender last said a metric comes.
/// - `ledger`: what became of all that a machine sent; what is overwritten follows from its sequences. `rejected` is a
///   JSON object, reason to count, or NULL.
/// - `message`: what was said or noted in a machine's room, the last of each machine; `at`: the moment in the chart it
///   is pinned to, or NULL.
/// - `handover`: the list for the next shift; `done_by` and `done_at`: NULL while it is open.
/// - `alarm_rule`, `alarm_state`, `alarm_event`, `pin`, `pinned_reading`: `AlarmSchema`.
///
/// Times are milliseconds since 1970; the views show them as ISO 8601. A migration that has shipped is never edited.
enum Schema {
    /// `PRAGMA application_id`: "tlmd" in ASCII. Tells our files from those of others.
    static let applicationID: Int32 = 0x746C_6D64

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 rings") { db in
            try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
            try db.execute(sql: Self.metaTable)
            try db.execute(sql: Self.machineTable)
            try db.execute(sql: Self.firstReadingTable)
            try Self.createViews(db)
        }
        migrator.registerMigration("2 ledgers") { db in
            try db.execute(sql: "ALTER TABLE reading ADD COLUMN \(Self.flagsColumn)")
            try db.execute(sql: Self.labelTable)
            try db.execute(sql: Self.unitTable)
            try db.execute(sql: Self.ledgerTable)
        }
        migrator.registerMigration("3 people") { db in
            try db.execute(sql: Self.messageTable)
            try db.execute(sql: "CREATE INDEX message_machine ON message (machine, id)")
            try db.execute(sql: Self.handoverTable)
        }
        migrator.registerMigration("4 alarms") { db in try AlarmSchema.create(db) }
        return migrator
    }

    static let metaTable = """
        CREATE TABLE meta (
            key   TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """

    static let machineTable = """
        CREATE TABLE machine (
            id         INTEGER PRIMARY KEY,
            name       TEXT NOT NULL UNIQUE,
            first_seen INTEGER NOT NULL
        ) STRICT
        """

    /// As migration 1 made it.
    private static let firstReadingTable = """
        CREATE TABLE reading (
            \(Self.firstReadingColumns),
            PRIMARY KEY (machine, slot)
        ) STRICT, WITHOUT ROWID
        """

    /// As it is now, under any name, because a change of N builds the table anew.
    static func readingTable(named name: String) -> String {
        """
        CREATE TABLE \(name) (
            \(self.firstReadingColumns),
            \(self.flagsColumn),
            PRIMARY KEY (machine, slot)
        ) STRICT, WITHOUT ROWID
        """
    }

    private static let firstReadingColumns = """
        machine   INTEGER NOT NULL,
            slot      INTEGER NOT NULL,
            seq       INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            received  INTEGER NOT NULL,
            rpm       REAL,
            torque    REAL,
            pressure  REAL,
            extra     TEXT
        """

    /// 0 and 1 take no byte in a row, 2 and 3 take one.
    private static let flagsColumn = "flags INTEGER NOT NULL DEFAULT 0"

    /// In `reading.flags`: measured in the past and sent later, never the latest.
    static let historicalFlag: Int64 = 1
    /// In `reading.flags`: a retained value that filled an empty ring; it says nothing about the machine being there.
    static let retainedFlag: Int64 = 2

    private static let labelTable = """
        CREATE TABLE label (
            machine INTEGER NOT NULL,
            name    TEXT NOT NULL,
            value   TEXT NOT NULL,
            PRIMARY KEY (machine, name)
        ) STRICT, WITHOUT ROWID
        """

    private static let unitTable = """
        CREATE TABLE unit (
            machine INTEGER NOT NULL,
            metric  TEXT NOT NULL,
            unit    TEXT NOT NULL,
            PRIMARY KEY (machine, metric)
        ) STRICT, WITHOUT ROWID
        """

    private static let ledgerTable = """
        CREATE TABLE ledger (
            machine    INTEGER PRIMARY KEY,
            received   INTEGER NOT NULL,
            stored     INTEGER NOT NULL,
            duplicates INTEGER NOT NULL,
            skipped    INTEGER NOT NULL,
            late       INTEGER NOT NULL,
            gaps       INTEGER NOT NULL,
            rejected   TEXT
        ) STRICT
        """

    /// AUTOINCREMENT: the number of a line that is gone never means another one.
    private static let messageTable = """
        CREATE TABLE message (
            id        INTEGER PRIMARY KEY AUTOINCREMENT,
            machine   TEXT NOT NULL,
            kind      TEXT NOT NULL,
            sender    TEXT NOT NULL,
            text      TEXT NOT NULL,
            timestamp INTEGER NOT NULL,
            at        INTEGER
        ) STRICT
        """

    private static let handoverTable = """
        CREATE TABLE handover (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            machine TEXT,
            text    TEXT NOT NULL,
            by      TEXT NOT NULL,
            at      INTEGER NOT NULL,
            done_by TEXT,
            done_at INTEGER
        ) STRICT
        """

    static func createViews(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE VIEW machines AS
                SELECT machine.name AS machine,
                       (SELECT value FROM meta WHERE key = 'epoch') AS epoch,
                       min(reading.seq) AS first_seq,
                       max(reading.seq) AS last_seq,
                       \(self.iso8601("machine.first_seen")) AS first_seen,
                       \(self.iso8601("max(reading.received)")) AS last_seen
                FROM machine JOIN reading ON reading.machine = machine.id
                GROUP BY machine.name
                ORDER BY machine.name
                """)
        try db.execute(
            sql: """
                CREATE VIEW history AS
                SELECT machine.name AS machine,
                       reading.seq AS seq,
                       \(self.iso8601("reading.timestamp")) AS timestamp,
                       \(self.iso8601("reading.received")) AS received,
                       reading.rpm AS rpm,
                       reading.torque AS torque,
                       reading.pressure AS pressure,
                       reading.extra AS extra
                FROM machine JOIN reading ON reading.machine = machine.id
                ORDER BY machine.name, reading.seq
                """)
    }

    static func dropViews(_ db: Database) throws {
        try db.execute(sql: "DROP VIEW machines")
        try db.execute(sql: "DROP VIEW history")
    }

    /// SQL that writes milliseconds as `2026-11-21T09:41:26.123Z`. In integers: SQLite would round a fraction.
    private static func iso8601(_ milliseconds: String) -> String {
        let milli = "((\(milliseconds) % 1000 + 1000) % 1000)"
        let seconds = "(\(milliseconds) - \(milli)) / 1000"
        return "printf('%s.%03dZ', strftime('%Y-%m-%dT%H:%M:%S', \(seconds), 'unixepoch'), \(milli))"
    }
}
