/// A write on its way to the writer, with whom to tell.
struct JournalEntry: Sendable {
    let write: JournalWrite
    let completion: @Sendable (Result<Void, JournalError>) -> Void
}
