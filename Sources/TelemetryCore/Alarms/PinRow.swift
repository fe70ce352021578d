import GRDB

/// Pinned windows and readings as rows of `pin` and `pinned_reading`.
enum PinRow {
    /// Writes, and lets the oldest windows go that are too many.
    static func write(_ writes: PinWrites, _ db: Database) throws -> PinWrites.Totals {
        var totals = PinWrites.Totals(readings: writes.readingsBefore, windows: writes.windowsBefore)
        for window in writes.windows {
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO pin (episode, rule, machine, from_time, to_time, first_seq, last_seq)
                    VALUES (?, ?, ?, ?, ?, ?, NULL)
                    """
            ).execute(arguments: [
                window.episode, window.alarm.rule.name, window.alarm.machine.name, window.from.milliseconds,
                window.to.milliseconds, window.first,
            ])
            totals.windows += 1
        }
        for run in writes.runs { totals.readings += try self.write(run, db) }
        for end in writes.ends {
            try db.cachedStatement(sql: "UPDATE pin SET last_seq = ? WHERE episode = ?")
                .execute(arguments: [end.last, end.episode])
        }
        while totals.isTooMuch, totals.dropped.count < Limits.pinsDroppedPerWrite {
            guard let dropped = try self.dropOldest(db) else { break }
            totals.readings -= dropped.readings
            totals.windows -= 1
            totals.dropped.insert(dropped.episode)
        }
        return totals
    }

    /// How many are new.
    private static func write(_ run: PinWrites.Run, _ db: Database) throws -> Int {
        guard let key = try self.key(of: run.machine, db) else { return 0 }
        let before = db.totalChangesCount
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO pinned_reading
                (machine, seq, timestamp, received, rpm, torque, pressure, extra, flags)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        var json: [UInt8] = []
        for stored in run.readings {
            let (reading, metrics) = (stored.reading, stored.reading.metrics)
            var extra: String?
            if !metrics.extra.isEmpty {
                ExtraJSON.writeObject(metrics.extra, into: &json)
                extra = String(decoding: json, as: UTF8.self)
            }
            try statement.execute(arguments: [
                key, stored.sequence, reading.timestamp.milliseconds, reading.received.milliseconds, metrics.rpm,
                metrics.torque, metrics.pressure, extra, reading.isHistorical ? Schema.historicalFlag : 0,
            ])
        }
        return db.totalChangesCount - before
    }

    /// How many readings went with it: those that are in no other window. `nil`: there is none.
    private static func dropOldest(_ db: Database) throws -> (episode: Int64, readings: Int)? {
        let sql = "SELECT episode, machine, first_seq, last_seq FROM pin ORDER BY episode LIMIT 1"
        guard let row = try Row.fetchOne(db, sql: sql), let machine = MachineID(row["machine"]) else { return nil }
        let episode: Int64 = row["episode"]
        try db.execute(sql: "DELETE FROM pin WHERE episode = ?", arguments: [episode])
        guard let key = try self.key(of: machine, db) else { return (episode, 0) }
        let before = db.totalChangesCount
        let last: Int64 = row["last_seq"] ?? .max
        try db.execute(
            sql: """
                DELETE FROM pinned_reading
                WHERE machine = ? AND seq BETWEEN ? AND ? AND NOT EXISTS (
                    SELECT 1 FROM pin WHERE pin.machine = ? AND pinned_reading.seq >= pin.first_seq
                    AND (pin.last_seq IS NULL OR pinned_reading.seq <= pin.last_seq))
                """,
            arguments: [key, row["first_seq"] as Int64, last, machine.name]
        )
        return (episode, db.totalChangesCount - before)
    }

    /// A step of a window's readings, in sequence order: those after `sequence`.
    static func readings(
        of machine: MachineID,
        after sequence: Int64,
        through last: Int64,
        limit: Int,
        _ db: Database
    ) throws -> [StoredReading] {
        guard let key = try self.key(of: machine, db) else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT seq, timestamp, received, rpm, torque, pressure, extra, flags FROM pinned_reading
                WHERE machine = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?
                """,
            arguments: [key, sequence, last, limit]
        ).map { self.reading($0, of: machine) }
    }

    static func key(of machine: MachineID, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT id FROM machine WHERE name = ?"), arguments: [machine.name])
    }

    private static func reading(_ row: Row, of machine: MachineID) -> StoredReading {
        let (timestamp, received): (Int64, Int64) = (row["timestamp"], row["received"])
        let metrics = Metrics(
            rpm: row["rpm"],
            torque: row["torque"],
            pressure: row["pressure"],
            sortedExtra: (row["extra"] as String?).flatMap(ExtraJSON.parseObject) ?? []
        )
        let reading = Reading(
            machine: machine,
            timestamp: timestamp == received ? nil : Timestamp(milliseconds: timestamp),
            received: Timestamp(milliseconds: received),
            metrics: metrics,
            isHistorical: (row["flags"] as Int64) & Schema.historicalFlag != 0
        )
        return StoredReading(sequence: row["seq"], reading: reading)
    }
}

extension PinWrites.Totals {
    /// One window may be as large as it is.
    fileprivate var isTooMuch: Bool {
        self.windows > Limits.pinsMax || (self.readings > Limits.pinnedReadingsMax && self.windows > 1)
    }
}
