import GRDB

/// Goes over every reading in the order in which they lie and holds it against what the writer promises.
struct RingAudit {
    /// N; `nil`: unknown, slots cannot be checked.
    let capacity: Int?

    /// One machine's rows as they pass by.
    private struct Tally {
        var count: Int64 = 0
        var first = Int64.max
        var last: Int64 = 0
    }

    func run(_ db: Database, _ report: inout StoreVerification.Report) throws {
        guard try db.tableExists("reading"), try db.tableExists("machine") else { return }
        let statement = try SQLiteStatement(
            """
            SELECT machine, slot, seq, timestamp, received, rpm, torque, pressure, extra
            FROM reading ORDER BY machine, slot
            """, on: db)
        var hasRow = try statement.step()
        for row in try Row.fetchAll(db, sql: "SELECT id, name, first_seen FROM machine ORDER BY id") {
            let (key, name): (Int64, String) = (row["id"], row["name"])
            report.machines += 1
            if MachineID(name) == nil { report.note("machine key \(key) has a bad name") }
            if !Self.isTime(row["first_seen"]) { report.note("machine \(name): first_seen is no time") }
            while hasRow, statement.int64(0) < key {
                hasRow = try self.noteStray(statement, &report)
            }
            var tally = Tally()
            while hasRow, statement.int64(0) == key {
                if let problem = self.problem(of: statement) {
                    report.note("machine \(name): reading \(statement.int64(2)) \(problem)")
                }
                tally.count += 1
                tally.first = min(tally.first, statement.int64(2))
                tally.last = max(tally.last, statement.int64(2))
                report.readings += 1
                hasRow = try statement.step()
            }
            try self.check(tally, key: key, name: name, db, &report)
        }
        while hasRow { hasRow = try self.noteStray(statement, &report) }
    }

    private func noteStray(
        _ statement: borrowing SQLiteStatement,
        _ report: inout StoreVerification.Report
    ) throws -> Bool {
        report.note("reading \(statement.int64(2)) of machine key \(statement.int64(0)), which does not exist")
        report.readings += 1
        return try statement.step()
    }

    private func check(
        _ tally: Tally,
        key: Int64,
        name: String,
        _ db: Database,
        _ report: inout StoreVerification.Report
    ) throws {
        guard tally.count > 0 else { return report.note("machine \(name) has no reading") }
        if let capacity, tally.count > capacity {
            report.note("machine \(name) has \(tally.count) readings, more than the \(capacity) of a ring")
        }
        // Overflow: both are whatever the file says.
        let (span, overflows) = tally.last.subtractingReportingOverflow(tally.first)
        if !overflows, span == tally.count - 1 { return }
        let sequences = try Int64.fetchCursor(
            db, sql: "SELECT seq FROM reading WHERE machine = ? ORDER BY seq", arguments: [key])
        var before: Int64?
        while let sequence = try sequences.next() {
            if let before, sequence != before &+ 1 {
                report.note("machine \(name): after reading \(before) comes \(sequence)")
            }
            before = sequence
        }
    }

    private func problem(of statement: borrowing SQLiteStatement) -> String? {
        let sequence = statement.int64(2)
        if sequence < 1 { return "has a bad sequence" }
        if let capacity, statement.int64(1) != sequence % Int64(capacity) {
            return "lies in slot \(statement.int64(1)) instead of \(sequence % Int64(capacity))"
        }
        if !Self.isTime(statement.int64(3)) { return "has a timestamp that is no time" }
        if !Self.isTime(statement.int64(4)) { return "has a time of receipt that is no time" }
        let values = [statement.double(5), statement.double(6), statement.double(7)].compactMap { $0 }
        if !values.allSatisfy(\.isFinite) { return "has a metric that is not finite" }
        guard let text = statement.text(8) else { return values.isEmpty ? "has no metric" : nil }
        guard let extra = ExtraJSON.parseObject(text), !extra.isEmpty else { return "has bad extra metrics" }
        return nil
    }

    /// Within the years 0000 to 9999, so that the views can write it.
    private static func isTime(_ milliseconds: Int64) -> Bool {
        Timestamp(milliseconds: milliseconds).milliseconds == milliseconds
    }
}
