import GRDB

/// The tables of alarms (migration "4 alarms"). Times are milliseconds since 1970.
///
/// - `alarm_rule`: those of the page, and those of the configuration as they were last; `since`: from when on.
/// - `alarm_state`: one row per alarm that ever was anything but normal. `phase` names the case of `AlarmState.Phase`;
///   `timer…` is its delay, `judged` the sequence that all this covers.
/// - `alarm_event`: the history. `id` grows; the oldest go.
/// - `pin`: a window of readings around a raise; `last_seq`: NULL while it has not ended.
/// - `pinned_reading`: the readings of all windows, each once; columns as in `reading`.
enum AlarmSchema {
    static func create(_ db: Database) throws {
        for table in [self.rule, self.state, self.event, self.pin, self.pinnedReading] { try db.execute(sql: table) }
        try db.execute(sql: "CREATE INDEX alarm_event_machine ON alarm_event (machine, id)")
        try db.execute(sql: "CREATE INDEX alarm_event_episode ON alarm_event (episode)")
        try db.execute(sql: "CREATE INDEX pin_machine ON pin (machine, first_seq)")
    }

    /// In `meta`: what was received before this time is judged, milliseconds.
    static let judgedKey = "alarms_judged"

    private static let rule = """
        CREATE TABLE alarm_rule (
            name      TEXT NOT NULL,
            source    TEXT NOT NULL,
            machine   TEXT,
            metric    TEXT,
            kind      TEXT NOT NULL,
            threshold REAL NOT NULL,
            deadband  REAL NOT NULL,
            on_delay  INTEGER NOT NULL,
            off_delay INTEGER NOT NULL,
            latch     INTEGER NOT NULL,
            priority  TEXT NOT NULL,
            text      TEXT NOT NULL,
            action    TEXT NOT NULL,
            enabled   INTEGER NOT NULL,
            since     INTEGER NOT NULL,
            PRIMARY KEY (name, source)
        ) STRICT, WITHOUT ROWID
        """

    private static let state = """
        CREATE TABLE alarm_state (
            rule            TEXT NOT NULL,
            machine         TEXT NOT NULL,
            kind            TEXT NOT NULL,
            metric          TEXT,
            judged          INTEGER NOT NULL,
            phase           TEXT NOT NULL,
            since           INTEGER,
            timer           INTEGER,
            timer_value     REAL,
            timer_seq       INTEGER,
            episode         INTEGER,
            raised_at       INTEGER,
            value           REAL,
            seq             INTEGER,
            acked_by        TEXT,
            acked_at        INTEGER,
            acked_comment   TEXT,
            shelved_until   INTEGER,
            shelved_by      TEXT,
            shelved_comment TEXT,
            raises          TEXT NOT NULL,
            PRIMARY KEY (rule, machine)
        ) STRICT, WITHOUT ROWID
        """

    private static let event = """
        CREATE TABLE alarm_event (
            id        INTEGER PRIMARY KEY,
            rule      TEXT NOT NULL,
            machine   TEXT NOT NULL,
            episode   INTEGER,
            event     TEXT NOT NULL,
            at        INTEGER NOT NULL,
            value     REAL,
            by        TEXT,
            comment   TEXT,
            metric    TEXT,
            kind      TEXT NOT NULL,
            threshold REAL,
            priority  TEXT NOT NULL,
            text      TEXT NOT NULL,
            action    TEXT NOT NULL
        ) STRICT
        """

    private static let pin = """
        CREATE TABLE pin (
            episode   INTEGER PRIMARY KEY,
            rule      TEXT NOT NULL,
            machine   TEXT NOT NULL,
            from_time INTEGER NOT NULL,
            to_time   INTEGER NOT NULL,
            first_seq INTEGER NOT NULL,
            last_seq  INTEGER
        ) STRICT
        """

    private static let pinnedReading = """
        CREATE TABLE pinned_reading (
            machine   INTEGER NOT NULL,
            seq       INTEGER NOT NULL,
            timestamp INTEGER NOT NULL,
            received  INTEGER NOT NULL,
            rpm       REAL,
            torque    REAL,
            pressure  REAL,
            extra     TEXT,
            flags     INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (machine, seq)
        ) STRICT, WITHOUT ROWID
        """
}
