/// Why the hand-over list is as it was.
package enum HandoverError: Error, Sendable, Equatable {
    /// As many open items as there may be (`Limits.handoverItemsMax`): tick off or delete some.
    case full
    /// There is no such item (any more).
    case unknown(Int64)
    /// The database did not take it.
    case journal(JournalError)
}
