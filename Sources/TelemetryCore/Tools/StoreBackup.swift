import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A copy of a database at one moment, made while a daemon writes to it (SQLite's online backup).
package enum StoreBackup {
    /// Copies to a file that must not exist yet, and verifies the copy; nothing is left when it fails. The copy is
    /// complete by itself (no `-wal` beside it). Blocks; the daemon commits on meanwhile, and its log grows by what it
    /// writes in that time.
    @discardableResult
    package static func backup(databasePath: String, to target: String) throws(StoreToolError)
        -> StoreVerification.Report
    {
        let source = try ReadOnlyDatabase(path: databasePath)
        let path = try self.claim(target)
        do throws(StoreToolError) {
            try self.copy(source, to: path)
            let report = try StoreVerification.verify(path: path)
            if let problem = report.problems.first {
                throw StoreToolError("the database \(databasePath) is damaged and was not backed up: \(problem)")
            }
            return report
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
            throw error
        }
    }

    /// Makes the empty file, for its owner only: two backups to one name cannot both win.
    private static func claim(_ target: String) throws(StoreToolError) -> String {
        guard !target.isEmpty else { throw StoreToolError("the name of the backup is empty") }
        let path = URL(fileURLWithPath: target).standardizedFileURL.path
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            if code == EEXIST {
                throw StoreToolError("\(target) exists already: a backup overwrites nothing, choose another name")
            }
            throw StoreToolError("cannot make the backup \(target): \(DatabaseFile.reason(code))")
        }
        close(descriptor)
        return path
    }

    private static func copy(_ source: ReadOnlyDatabase, to path: String) throws(StoreToolError) {
        do {
            let queue = try DatabaseQueue(path: path)
            try source.queue.backup(to: queue)
            // The copy says WAL like its source: out of it, it is one file that reads from any medium.
            try queue.writeWithoutTransaction { db in
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
            }
            try queue.close()
        } catch {
            throw StoreToolError("cannot make the backup \(path): \(StorageFailure(error))")
        }
    }
}
