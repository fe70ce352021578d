import GRDB

/// SQLite refused a transaction. It was rolled back: nothing of it is stored.
struct StorageFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line, with SQLite's result code, such as "database or disk is full (SQLite error 13)".
    let description: String

    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self.description = "\(error)"
            return
        }
        let message = error.message ?? "no message"
        self.description = "\(message) (SQLite error \(error.extendedResultCode.rawValue))"
    }
}
