import GRDB

/// What is kept beside the readings: messages, the hand-over list, alarms.
///
/// The writer thread stores it in its next transaction, after the readings of that batch, in the order of the calls
/// and each write in a savepoint of its own: one that fails takes nothing with it, and if the database refuses because
/// of them the readings are committed without them. Bounded (`Limits.journalWritesMax`), and wakes the writer when no
/// readings come. When the store stops, what waits is still stored.
package final class Journal: Sendable {
    /// Since the start of the process.
    package struct Counters: Sendable, Equatable {
        package let committedWrites: Int64
        /// By themselves, or because the database refused.
        package let failedWrites: Int64
        /// Because too many waited.
        package let refusedWrites: Int64
        /// Now.
        package let queuedWrites: Int
    }

    private let queue: SubmissionQueue
    private let core: WriterCore

    init(queue: SubmissionQueue, core: WriterCore) {
        self.queue = queue
        self.core = core
    }

    /// Any thread, the writer's own too (from a sink or a completion: then it is in the next transaction); never
    /// blocks. The completion runs on the writer thread after the commit (or its failure), or at once on the caller's
    /// thread when the write is refused.
    package func submit(
        _ write: JournalWrite,
        completion: @escaping @Sendable (Result<Void, JournalError>) -> Void
    ) {
        if let error = self.queue.enqueue(JournalEntry(write: write, completion: completion)) {
            completion(.failure(error))
        }
    }

    /// Suspends until it is committed.
    package func write(_ write: JournalWrite) async throws(JournalError) {
        let result = await withCheckedContinuation { continuation in
            self.submit(write) { continuation.resume(returning: $0) }
        }
        try result.get()
    }

    /// Looks into the database through a connection of its own that cannot write: it sees all that is committed, and
    /// holds the writer up in nothing. One look at a time; keep it short, for the log cannot be emptied meanwhile.
    /// Throws a ``JournalError`` when the database cannot be read or the store has stopped, else what `body` throws.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await self.core.reader.read(body)
    }

    package var counters: Counters {
        let queue = self.queue.journalCounts
        let core = self.core.counts
        return Counters(
            committedWrites: core.journalWrites,
            failedWrites: core.failedJournalWrites,
            refusedWrites: queue.refused,
            queuedWrites: queue.waiting
        )
    }
}
