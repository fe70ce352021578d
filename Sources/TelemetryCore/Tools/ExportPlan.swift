import GRDB

/// What an export will write, decided in one transaction: later readings are not in it.
struct ExportPlan {
    struct Part {
        let machine: MachineID
        let key: Int64
        /// Sequences: of the oldest reading kept, of the first one to read, of the newest.
        let first, start, last: Int64
        /// Readings after `since` that are no longer kept.
        let lost: Int64
        /// The machine's usual interval by its own clock; `nil`: too few readings to tell.
        let intervalMilliseconds: Int64?
        /// As the database has it, some seconds old beside a running daemon; `nil`: nothing to tell, or too old a
        /// database.
        let ledger: LedgerCounts?
    }

    let epoch: String
    let parts: [Part]
    /// Extra metrics of all of them; empty when the format needs no columns.
    let extraColumns: Set<MetricName>

    init(_ selection: RingExport.Selection, format: RingExport.Format, _ db: Database) throws {
        self.epoch = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'") ?? ""
        self.parts = try Self.keys(selection, db).compactMap { machine, key in
            try Self.part(of: machine, key: key, selection, db)
        }
        self.extraColumns = format == .csv ? try Self.extras(of: self.parts, db) : []
    }

    private static func keys(_ selection: RingExport.Selection, _ db: Database) throws -> [(MachineID, Int64)] {
        var all: [MachineID: Int64] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT id, name FROM machine") {
            guard let machine = MachineID(row["name"]) else { throw StoreToolError("a machine with a bad name") }
            all[machine] = row["id"]
        }
        return try (selection.machines ?? all.keys.sorted()).map { machine in
            guard let key = all[machine] else {
                throw StoreToolError("no machine \(machine) is in the database; \(Self.names(all.keys))")
            }
            return (machine, key)
        }
    }

    private static func names(_ machines: some Collection<MachineID>) -> String {
        if machines.isEmpty { return "it has none yet" }
        let names = machines.sorted().prefix(Limits.machinesNamedMax).map(\.name).joined(separator: ", ")
        let more = machines.count - Limits.machinesNamedMax
        return "it has \(names)" + (more > 0 ? " and \(more) more" : "")
    }

    private static func part(
        of machine: MachineID,
        key: Int64,
        _ selection: RingExport.Selection,
        _ db: Database
    ) throws -> Part? {
        let bounds = try Row.fetchOne(
            db, sql: "SELECT min(seq) AS first, max(seq) AS last FROM reading WHERE machine = ?", arguments: [key])
        guard let first: Int64 = bounds?["first"], let last: Int64 = bounds?["last"] else { return nil }
        let after = min(max(0, selection.since ?? 0), last)
        var start = max(after + 1, first)
        if let limit = selection.limit {
            start = max(start, try Self.start(ofNewest: limit, key: key, selection, db) ?? start)
        }
        return Part(
            machine: machine,
            key: key,
            first: first,
            start: start,
            last: last,
            lost: selection.since == nil ? 0 : max(0, first - 1 - after),
            intervalMilliseconds: try Self.interval(key: key, last: last, db),
            ledger: try Self.ledger(key: key, last: last, db)
        )
    }

    private static func ledger(key: Int64, last: Int64, _ db: Database) throws -> LedgerCounts? {
        guard try db.tableExists("ledger") else { return nil }
        let sql = "SELECT duplicates, skipped, late, rejected FROM ledger WHERE machine = ?"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [key]) else { return nil }
        var counts = LedgerCounts(
            duplicates: row["duplicates"],
            skipped: row["skipped"],
            late: row["late"],
            rejected: RejectedJSON.counts(row["rejected"])
        )
        counts.received = counts.receivedExpected(stored: last)
        return counts
    }

    /// Sequence of the oldest of the `limit` newest readings within the times; `nil`: there are no more than that.
    private static func start(
        ofNewest limit: Int,
        key: Int64,
        _ selection: RingExport.Selection,
        _ db: Database
    ) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT seq FROM reading WHERE machine = ? AND timestamp BETWEEN ? AND ?
                ORDER BY seq DESC LIMIT 1 OFFSET ?
                """,
            arguments: [
                key, selection.from?.milliseconds ?? Timestamp.millisecondsMin,
                selection.to?.milliseconds ?? Timestamp.millisecondsMax, max(1, limit) - 1,
            ]
        )
    }

    /// The median of the newest intervals: odd steps and outages wash out.
    private static func interval(key: Int64, last: Int64, _ db: Database) throws -> Int64? {
        let times = try Int64.fetchAll(
            db,
            sql: "SELECT timestamp FROM reading WHERE machine = ? AND seq > ? ORDER BY seq",
            arguments: [key, last - Int64(Limits.exportIntervalsMax) - 1]
        )
        let steps = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.sorted()
        return steps.count >= Limits.learnedGapsMin ? steps[steps.count / 2] : nil
    }

    private static func extras(of parts: [Part], _ db: Database) throws -> Set<MetricName> {
        var names: Set<MetricName> = []
        for part in parts {
            let keys = try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT metric.key FROM reading, json_each(reading.extra) AS metric
                    WHERE reading.machine = ? AND reading.seq >= ?
                    """,
                arguments: [part.key, part.start]
            )
            names.formUnion(keys.compactMap { MetricName($0) })
        }
        return names
    }
}
