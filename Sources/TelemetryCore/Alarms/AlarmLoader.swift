import GRDB

/// Reads what there is of alarms, at the start. Rows that make no sense are passed over: a store is not given up for
/// an alarm.
enum AlarmLoader {
    static func load(_ db: Database, capacity: Int) throws -> AlarmRecord {
        var record = AlarmRecord()
        for row in try Row.fetchAll(db, sql: "SELECT * FROM alarm_rule ORDER BY name") {
            guard let entry = AlarmRuleRow.entry(row) else { continue }
            if entry.rule.source == .page { record.page.append(entry) } else { record.configured.append(entry) }
        }
        record.rows = try Row.fetchAll(
            db,
            sql: "SELECT * FROM alarm_state LIMIT ?",
            arguments: [Limits.alarmsMax]
        ).compactMap(AlarmStateRow.row)
        let episodes = """
            SELECT max(coalesce((SELECT max(episode) FROM alarm_state), 0),
                       coalesce((SELECT max(episode) FROM alarm_event), 0),
                       coalesce((SELECT max(episode) FROM pin), 0))
            """
        record.nextEpisode = (try Int64.fetchOne(db, sql: episodes) ?? 0) + 1
        record.nextEvent = (try Int64.fetchOne(db, sql: "SELECT max(id) FROM alarm_event") ?? 0) + 1
        let judged = try String.fetchOne(
            db,
            sql: "SELECT value FROM meta WHERE key = ?",
            arguments: [AlarmSchema.judgedKey]
        )
        record.judgedUntil = judged.flatMap { Int64($0) }.map(Timestamp.init(milliseconds:))
        record.openPins = try self.openPins(db)
        record.pinnedReadings = try Int.fetchOne(db, sql: "SELECT count(*) FROM pinned_reading") ?? 0
        record.pinnedWindows = try Int.fetchOne(db, sql: "SELECT count(*) FROM pin") ?? 0
        if !record.page.isEmpty || !record.configured.isEmpty {
            record.retained = try self.retained(db, capacity: capacity)
        }
        return record
    }

    private static func openPins(_ db: Database) throws -> [AlarmRecord.OpenPin] {
        let sql = "SELECT episode, machine, to_time, first_seq FROM pin WHERE last_seq IS NULL ORDER BY episode"
        return try Row.fetchAll(db, sql: sql).compactMap { row in
            guard let machine = MachineID(row["machine"]), let key = try PinRow.key(of: machine, db) else {
                return nil
            }
            let first: Int64 = row["first_seq"]
            let copied = try Int64.fetchOne(
                db,
                sql: "SELECT max(seq) FROM pinned_reading WHERE machine = ?",
                arguments: [key]
            )
            let open = PinDesk.Open(
                episode: row["episode"],
                first: first,
                to: Timestamp(milliseconds: row["to_time"]),
                // Where it was raised is not kept: twice a side is more than enough from its first on.
                end: first + 2 * Int64(Limits.pinReadingsPerSideMax)
            )
            return AlarmRecord.OpenPin(machine: machine, open: open, copied: max(first - 1, copied ?? 0))
        }
    }

    /// A retained value fills an empty ring, so it is a machine's first reading or none.
    private static func retained(_ db: Database, capacity: Int) throws -> Set<MachineID> {
        let names = try String.fetchAll(
            db,
            sql: """
                SELECT machine.name FROM machine JOIN reading
                ON reading.machine = machine.id AND reading.slot = ? AND reading.seq = 1 AND reading.flags & ? <> 0
                """,
            arguments: [1 % capacity, Schema.retainedFlag]
        )
        return Set(names.compactMap { MachineID($0) })
    }
}
