/// Readings on their way to the writer, with whom to tell.
struct Submission: Sendable {
    let readings: [Reading]
    let completion: @Sendable (Result<ReadingWriter.Receipt, ReadingWriter.SubmitError>) -> Void

    /// What it counts against the bound of the queue: an empty one is not free either.
    var cost: Int { max(1, self.readings.count) }
}
