/// Why a journal write, or a look into the database, did not happen.
package enum JournalError: Error, Sendable, Equatable {
    /// Too many writes wait already (`Limits.journalWritesMax`). Try again later.
    case queueFull
    /// The store is stopping or stopped.
    case stopped
    /// The database refused, the disk is full for instance: nothing of the write is stored. Try again later.
    case storage(String)
    /// The write itself threw: it alone was undone, what shared its transaction is stored.
    case failed(String)

    /// For people, one line.
    package var text: String {
        switch self {
        case .queueFull: "too much waits to be stored"
        case .stopped: "the store has stopped"
        case .storage(let reason), .failed(let reason): reason
        }
    }
}
