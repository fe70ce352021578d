import Foundation

/// The one bounded crossing between those who have readings and the writer thread.
///
/// Full: `enqueue` refuses and counts, `enqueueWaiting` blocks its thread until there is room. A submission larger
/// than the whole queue is let in when the queue is empty, so that nobody waits for room that can never be.
// Unchecked: `condition` guards `state`, every access holds it (a Mutex cannot be waited on).
final class SubmissionQueue: @unchecked Sendable {
    /// What the writer found when it looked.
    struct Taken {
        var submissions: [Submission]
        /// What is to be kept beside the readings.
        var journal: [JournalEntry]
        /// Nothing will come any more and nothing is left.
        var isFinished: Bool
    }

    private struct State {
        var waiting: [Submission] = []
        var cost = 0
        var refused: Int64 = 0
        var journal: [JournalEntry] = []
        var refusedJournal: Int64 = 0
        var isStopping = false
        /// The writer was told that nothing is left.
        var isFinished = false
    }

    private let condition = NSCondition()
    private var state = State()
    private let costMax: Int
    private let journalMax: Int

    init(costMax: Int, journalMax: Int = Limits.journalWritesMax) {
        self.costMax = costMax
        self.journalMax = journalMax
    }

    /// Never blocks for room.
    func enqueue(_ submission: Submission) -> ReadingWriter.SubmitError? {
        self.condition.lock()
        defer { self.condition.unlock() }
        if self.state.isStopping { return .stopped }
        guard self.hasRoom(for: submission) else {
            self.state.refused += 1
            return .queueFull
        }
        self.append(submission)
        return nil
    }

    /// Blocks the calling thread until there is room (or `stop`).
    func enqueueWaiting(_ submission: Submission) -> ReadingWriter.SubmitError? {
        self.condition.lock()
        defer { self.condition.unlock() }
        while !self.state.isStopping, !self.hasRoom(for: submission) { self.condition.wait() }
        if self.state.isStopping { return .stopped }
        self.append(submission)
        return nil
    }

    /// Never blocks for room. Until the writer has looked for the last time: what the last readings bring about is
    /// kept as well.
    func enqueue(_ entry: JournalEntry) -> JournalError? {
        self.condition.lock()
        defer { self.condition.unlock() }
        if self.state.isFinished { return .stopped }
        guard self.state.journal.count < self.journalMax else {
            self.state.refusedJournal += 1
            return .queueFull
        }
        self.state.journal.append(entry)
        self.condition.broadcast()
        return nil
    }

    /// Writer thread: all that waits, oldest first, up to `costMax` (always at least one submission), and up to
    /// `Limits.journalBatchMax` writes beside them. Blocks until there is something, the queue is stopped, or
    /// `deadline` has passed (then it may return nothing).
    func take(costMax: Int, deadline: Date?) -> Taken {
        self.condition.lock()
        defer { self.condition.unlock() }
        while self.state.waiting.isEmpty, self.state.journal.isEmpty, !self.state.isStopping {
            guard let deadline else {
                self.condition.wait()
                continue
            }
            if !self.condition.wait(until: deadline) { break }
        }
        return self.takeWaiting(costMax: costMax)
    }

    /// Nothing is let in any more; what waits is still taken.
    func stop() {
        self.condition.lock()
        defer { self.condition.unlock() }
        self.state.isStopping = true
        self.condition.broadcast()
    }

    /// Readings waiting, and submissions refused because it was full.
    var counts: (waiting: Int, refused: Int64) {
        self.condition.lock()
        defer { self.condition.unlock() }
        return (self.state.cost, self.state.refused)
    }

    /// Writes for the journal that wait, and those refused because too many did.
    var journalCounts: (waiting: Int, refused: Int64) {
        self.condition.lock()
        defer { self.condition.unlock() }
        return (self.state.journal.count, self.state.refusedJournal)
    }

    private func hasRoom(for submission: Submission) -> Bool {
        self.state.waiting.isEmpty || self.state.cost + submission.cost <= self.costMax
    }

    private func append(_ submission: Submission) {
        self.state.waiting.append(submission)
        self.state.cost += submission.cost
        // Both kinds of waiters share the condition: a signal could wake the wrong one.
        self.condition.broadcast()
    }

    private func takeWaiting(costMax: Int) -> Taken {
        var count = 0
        var cost = 0
        while count < self.state.waiting.count {
            let next = self.state.waiting[count].cost
            if count > 0, cost + next > costMax { break }
            cost += next
            count += 1
        }
        let taken = Array(self.state.waiting.prefix(count))
        self.state.waiting.removeFirst(count)
        self.state.cost -= cost
        assert(self.state.cost >= 0 && (self.state.cost > 0) == !self.state.waiting.isEmpty)
        if count > 0 { self.condition.broadcast() }
        let journal = self.takeJournal()
        self.state.isFinished = self.state.isStopping && count == 0 && journal.isEmpty
        return Taken(submissions: taken, journal: journal, isFinished: self.state.isFinished)
    }

    private func takeJournal() -> [JournalEntry] {
        if self.state.journal.isEmpty { return [] }
        let taken = Array(self.state.journal.prefix(Limits.journalBatchMax))
        self.state.journal.removeFirst(taken.count)
        return taken
    }
}
