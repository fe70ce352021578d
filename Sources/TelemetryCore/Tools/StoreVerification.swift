import Foundation
import GRDB

/// Whether a database is whole: SQLite's own check, then every reading and every ring by what the writer promises
/// (interface section 4).
///
/// Reads only, in one read transaction: works on a database at rest, on one that a daemon writes to (whose log cannot
/// be emptied for as long as it takes, some seconds for 400 MB), and on what `kill -9` has left. Blocks.
package enum StoreVerification {
    package struct Report: Sendable, Equatable {
        package let path: String
        /// `nil` when it is missing, which is among the problems.
        package internal(set) var epoch: String?
        /// N, readings kept per machine; `nil` when it is missing.
        package internal(set) var historyPerMachine: Int?
        package internal(set) var machines = 0
        package internal(set) var readings = 0
        /// One line each, at most `Limits.problemsNamedMax`; empty: the database is whole.
        package internal(set) var problems: [String] = []
        /// Beyond those named.
        package internal(set) var unnamedProblems = 0

        package var isWhole: Bool { self.problems.isEmpty }

        /// For people: one line when whole, else a line per problem as well.
        package var text: String {
            let what = "\(self.machines) machines, \(self.readings) readings"
            if self.isWhole { return "\(self.path): whole (\(what))" }
            let count = self.problems.count + self.unnamedProblems
            var lines = ["\(self.path): \(count) \(count == 1 ? "problem" : "problems") (\(what))"]
            lines += self.problems.map { "  \($0)" }
            if self.unnamedProblems > 0 { lines.append("  and \(self.unnamedProblems) more") }
            return lines.joined(separator: "\n")
        }

        init(path: String) {
            self.path = path
        }

        mutating func note(_ problem: String) {
            if self.problems.count < Limits.problemsNamedMax {
                self.problems.append(problem.replacing("\n", with: " "))
            } else {
                self.unnamedProblems += 1
            }
        }
    }

    /// Throws when there is nothing to verify: no file, another program's, a newer version's, or it cannot be read.
    package static func verify(path: String) throws(StoreToolError) -> Report {
        let database = try ReadOnlyDatabase(path: path)
        var report = Report(path: database.path)
        do {
            try database.queue.read { db in
                try self.askSQLite(db, &report)
                try self.checkMeta(db, &report)
                try RingAudit(capacity: report.historyPerMachine).run(db, &report)
            }
        } catch let error as DatabaseError where StoreOpening.isDamage(error) {
            report.note("SQLite cannot read on: \(StorageFailure(error))")
        } catch {
            throw StoreToolError("cannot read the database \(path): \(StorageFailure(error))")
        }
        return report
    }

    private static func askSQLite(_ db: Database, _ report: inout Report) throws {
        let lines = try String.fetchAll(db, sql: "PRAGMA integrity_check(\(Limits.problemsNamedMax))")
        for line in lines where line != "ok" { report.note("integrity_check: \(line)") }
    }

    private static func checkMeta(_ db: Database, _ report: inout Report) throws {
        if try !db.tableExists("meta") || !db.tableExists("machine") || !db.tableExists("reading") {
            report.note("the tables of a store are not there")
            return
        }
        for view in ["machines", "history"] where try !db.viewExists(view) {
            report.note("the view \(view) is not there")
        }
        report.epoch = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'")
        switch report.epoch {
        case nil: report.note("the epoch is missing")
        case .some(let text) where Epoch(text) == nil: report.note("the epoch is not one: \(text)")
        case .some: break
        }
        let capacity = try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'capacity'")
        report.historyPerMachine = capacity.flatMap { Int($0) }.flatMap { $0 >= 1 ? $0 : nil }
        if report.historyPerMachine == nil {
            report.note(capacity.map { "the ring size is not one: \($0)" } ?? "the ring size is missing")
        }
    }
}
