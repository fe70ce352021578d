import GRDB

/// SQLite refused a transaction. It was rolled back: nothing of it is stored.
struct StorageFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line, with SQLite's result code, such as "database or disk is full (SQLite error 13)".
    let description: String
    /// SQLite found no room: the disk is full, or the file is as large as it may be.
    let isFull: Bool

    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self.description = "\(error)"
            self.isFull = false
            return
        }
        self.isFull = error.resultCode == .SQLITE_FULL
        let message = error.message ?? "no message"
        self.description = "\(message) (SQLite error \(error.extendedResultCode.rawValue))"
    }
}
