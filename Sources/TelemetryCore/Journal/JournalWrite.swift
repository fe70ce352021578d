import GRDB

/// One thing to be kept beside the readings: all of it is stored, or nothing of it.
package struct JournalWrite: Sendable {
    private let body: @Sendable (Database) throws -> Void

    /// - Parameter body: runs on the writer thread inside a transaction, so some hundred microseconds at most; again,
    ///   when its first transaction had to be given up. Does not end the transaction.
    init(_ body: @escaping @Sendable (Database) throws -> Void) {
        self.body = body
    }

    /// Writer thread, in its transaction. Returns why it failed alone; throws when the whole transaction has to go.
    func perform(_ db: Database) throws -> JournalError? {
        do {
            try db.inSavepoint {
                try self.body(db)
                return .commit
            }
            return nil
        } catch {
            let failure = StorageFailure(error)
            // A full disk is everybody's, and SQLite may have ended the transaction by itself.
            if failure.isFull || !db.isInsideTransaction { throw error }
            return .failed(failure.description)
        }
    }
}
