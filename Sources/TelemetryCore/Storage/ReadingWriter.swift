import Dispatch
import Foundation
import Synchronization

/// The one serial writer: an own thread that owns the SQLite connection that writes.
///
/// Group commit: it takes all that was submitted so far, numbers it, and commits it in one transaction; then come
/// the rings, then the sinks, then the completions. Nothing is visible anywhere before its commit.
package final class ReadingWriter: Sendable {
    package struct Receipt: Sendable, Equatable {
        /// One reading that is not stored and never will be.
        package struct Refusal: Sendable, Equatable {
            /// Place in the submission.
            package let index: Int
            package let reason: RejectionReason
            /// One line: what the sender should do instead.
            package let remedy: String

            package init(index: Int, reason: RejectionReason, remedy: String) {
                self.index = index
                self.reason = reason
                self.remedy = remedy
            }
        }

        /// The sequence of each submitted reading; `nil`: skipped (retained, and the machine has readings already), a
        /// duplicate, or among `refused`.
        package let stored: [Int64?]
        /// In the order of the submission. The source that submitted them knows where they came from: it records them.
        package let refused: [Refusal]
        /// Redelivered readings that are in their machine's ring already: safe to acknowledge, nothing new.
        package let duplicates: Int

        package init(stored: [Int64?], refused: [Refusal] = [], duplicates: Int = 0) {
            assert(refused.allSatisfy { stored[$0.index] == nil })
            self.stored = stored
            self.refused = refused
            self.duplicates = duplicates
        }
    }

    package enum SubmitError: Error, Sendable, Equatable {
        /// Too many readings wait already (`Limits.queuedReadingsMax`). Try again later.
        case queueFull
        /// The store is stopping or stopped.
        case stopped
        /// The database refused; none of these readings is stored, no sequence is used up. Try again later.
        case storage(String)
    }

    /// Since the start of the process.
    package struct Counters: Sendable {
        package let committedReadings: Int64
        package let commits: Int64
        package let failedCommits: Int64
        package let skippedRetained: Int64
        /// Redelivered, and in their ring already.
        package let duplicateReadings: Int64
        /// By the writer: too many machines, a unit that is unknown or another than before, no room for extra metrics.
        package let refusedReadings: Int64
        package let refusedSubmissions: Int64
        /// Now.
        package let queuedReadings: Int
    }

    let journal: Journal
    private let queue: SubmissionQueue
    private let core: WriterCore
    private let life = WriterLife()

    init(
        core: WriterCore,
        queuedReadingsMax: Int = Limits.queuedReadingsMax,
        journalWritesMax: Int = Limits.journalWritesMax
    ) {
        self.core = core
        self.queue = SubmissionQueue(costMax: queuedReadingsMax, journalMax: journalWritesMax)
        self.journal = Journal(queue: self.queue, core: core)
    }

    /// Any thread; never blocks. The completion runs on the writer thread after the commit (or its failure), or at
    /// once on the caller's thread when the submission is refused.
    package func submit(
        _ readings: [Reading],
        completion: @escaping @Sendable (Result<Receipt, SubmitError>) -> Void
    ) {
        if let error = self.queue.enqueue(Submission(readings: readings, completion: completion)) {
            completion(.failure(error))
        }
    }

    /// Blocks the calling thread until the readings are committed; waits for room in the queue instead of failing.
    /// Never from an event loop, the cooperative pool or a sink.
    package func submitAndWait(_ readings: [Reading]) throws(SubmitError) -> Receipt {
        let done = DispatchSemaphore(value: 0)
        let outcome = SubmitOutcome()
        let submission = Submission(readings: readings) { result in
            outcome.set(result)
            done.signal()
        }
        if let error = self.queue.enqueueWaiting(submission) { throw error }
        done.wait()
        return try outcome.get()
    }

    /// Suspends until committed. Fails with `.queueFull` instead of waiting for room.
    package func submit(_ readings: [Reading]) async throws(SubmitError) -> Receipt {
        let result = await withCheckedContinuation { continuation in
            self.submit(readings) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    /// Any thread: in which units senders send that name none, for the readings of the next batch on.
    package func setUnits(_ units: UnitSettings) {
        self.core.setUnits(units)
    }

    package var counters: Counters {
        let queue = self.queue.counts
        let core = self.core.counts
        return Counters(
            committedReadings: core.committedReadings,
            commits: core.commits,
            failedCommits: core.failedCommits,
            skippedRetained: core.skippedRetained,
            duplicateReadings: core.duplicateReadings,
            refusedReadings: core.refusedReadings,
            refusedSubmissions: queue.refused,
            queuedReadings: queue.waiting
        )
    }

    var isHealthy: Bool { self.core.isHealthy }
    var failure: StoreFailing? { self.core.failure }

    var isStarted: Bool { self.life.isStarted }

    /// Before `start`.
    func addSink(_ sink: any ReadingSink) {
        precondition(!self.life.isStarted, "a sink must be added before the store starts")
        self.core.addSink(sink)
    }

    /// Starts the thread. A second call does nothing.
    func start() {
        guard self.life.start() else { return }
        let (queue, core, life) = (self.queue, self.core, self.life)
        let thread = Thread {
            core.run(taking: queue)
            life.end()
        }
        thread.name = "telemetry-writer"
        thread.start()
    }

    /// Refuses new submissions from now on; those already in are still committed, by the thread.
    func requestStop() {
        self.queue.stop()
    }

    /// Returns when the thread has committed the rest and closed the database.
    func ended() async {
        await self.life.awaitEnd()
    }
}

/// One result handed from the writer thread to a waiting one.
private final class SubmitOutcome: Sendable {
    private let result = Mutex<Result<ReadingWriter.Receipt, ReadingWriter.SubmitError>?>(nil)

    func set(_ result: Result<ReadingWriter.Receipt, ReadingWriter.SubmitError>) {
        self.result.withLock { $0 = result }
    }

    func get() throws(ReadingWriter.SubmitError) -> ReadingWriter.Receipt {
        guard let result = self.result.withLock({ $0 }) else {
            preconditionFailure("the semaphore is signalled only after the result is set")
        }
        return try result.get()
    }
}
