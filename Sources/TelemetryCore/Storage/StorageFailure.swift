/// SQLite refused a transaction. It was rolled back: nothing of it is stored.
struct StorageFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// SQLite's primary result code, such as 13 (`SQLITE_FULL`).
    let code: Int32
    /// One line.
    let description: String
}
