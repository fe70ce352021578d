import GRDB

/// Reads what there is beside the rings.
enum RecordLoader {
    /// By the machine's key. Rows that make no sense are passed over: no reading depends on them, and a ring is not
    /// given up for a label.
    static func load(_ db: Database) throws -> [Int64: MachineRecord] {
        var records: [Int64: MachineRecord] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT machine, metric, unit FROM unit") {
            let (name, unit): (String, String) = (row["metric"], row["unit"])
            guard let metric = MetricName(name), unit.utf8.count <= Limits.unitBytesMax else { continue }
            records[row["machine"], default: MachineRecord()].units[metric] = unit
        }
        for row in try Row.fetchAll(db, sql: "SELECT machine, name, value FROM label") {
            records[row["machine"], default: MachineRecord()].labels[row["name"]] = row["value"]
        }
        let ledgers = "SELECT machine, duplicates, skipped, late, gaps, rejected FROM ledger"
        for row in try Row.fetchAll(db, sql: ledgers) {
            let key: Int64 = row["machine"]
            records[key, default: MachineRecord()].counts = LedgerCounts(
                duplicates: max(0, row["duplicates"]),
                skipped: max(0, row["skipped"]),
                late: max(0, row["late"]),
                rejected: RejectedJSON.counts(row["rejected"])
            )
            records[key, default: MachineRecord()].gaps = max(0, row["gaps"])
        }
        return records
    }
}
