import Foundation
import GRDB

/// A store's database opened for reading only, beside a daemon that writes to it or after one that is gone.
///
/// SQLite needs `-wal` and `-shm` beside a database in WAL mode and makes them, empty, where they are missing. In a
/// folder that takes no file (read-only medium) a database without a log is read as it lies. Calls block.
struct ReadOnlyDatabase {
    let path: String
    let queue: DatabaseQueue

    /// Throws when there is no file, it is no store of ours, or a newer telemetryd has made it.
    init(path: String) throws(StoreToolError) {
        guard !path.isEmpty else { throw StoreToolError("the database path is empty") }
        let resolved = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        self.path = resolved
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: resolved, isDirectory: &isFolder) else {
            throw StoreToolError("there is no database \(path)")
        }
        if isFolder.boolValue { throw StoreToolError("cannot read the database \(path): it is a directory") }
        do {
            self.queue = try Self.open(resolved)
        } catch {
            throw StoreToolError("cannot read the database \(path): \(StorageFailure(error))")
        }
        if let refusal = self.refusal() { throw StoreToolError(refusal) }
    }

    /// One read transaction: everything in it sees the database at one moment. While it is open a daemon's log
    /// cannot be emptied, so keep it short where the data may be large.
    func read<Value>(_ body: (Database) throws -> Value) throws(StoreToolError) -> Value {
        do {
            return try self.queue.read(body)
        } catch let error as StoreToolError {
            throw error
        } catch {
            throw StoreToolError("cannot read the database \(self.path): \(StorageFailure(error))")
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "telemetry-tool"
        configuration.busyMode = .timeout(Limits.databaseBusySeconds)
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN && !Self.hasLog(path) {
            let unsafe = CharacterSet(charactersIn: "?#%").inverted
            guard let name = path.addingPercentEncoding(withAllowedCharacters: unsafe) else { throw error }
            return try DatabaseQueue(path: "file:\(name)?immutable=1", configuration: configuration)
        }
    }

    private static func hasLog(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path + "-wal")
        return (attributes?[.size] as? NSNumber)?.int64Value ?? 0 > 0
    }

    private func refusal() -> String? {
        let answer = try? self.queue.read { db -> String? in
            if try Int32.fetchOne(db, sql: "PRAGMA application_id") != Schema.applicationID {
                return "\(self.path) is not a telemetryd database"
            }
            if try Schema.migrator.hasBeenSuperseded(db) {
                return "the database \(self.path) was made by a newer telemetryd: use that one's tools"
            }
            return nil
        }
        // What cannot even be asked is damage, and for the tool to name.
        return answer ?? nil
    }
}
