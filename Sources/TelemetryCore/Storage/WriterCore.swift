import Foundation
import Logging
import Synchronization

/// What the writer thread does, batch after batch: number, commit, publish.
///
/// Who owns what: everything but `shared` belongs to the thread that runs `run`, and before that to the one that
/// opens the store; `shared` is read from anywhere.
// Unchecked: the guard is that ownership; `run` starts once, after `addSink` is over (`WriterLife`).
final class WriterCore: @unchecked Sendable {
    struct Counts: Sendable {
        var committedReadings: Int64 = 0
        var commits: Int64 = 0
        var failedCommits: Int64 = 0
        var skippedRetained: Int64 = 0
    }

    private struct Shared {
        var counts = Counts()
        var isHealthy = true
    }

    private let store: SQLiteReadingStore
    private let directory: MachineDirectory
    private let logger: Logger
    private var lanes: [MachineID: MachineLane] = [:]
    private var lastKey: Int64 = 0
    private var sinks: [any ReadingSink] = []
    private var batch = WriteBatch()
    private let shared = Mutex(Shared())

    init(_ opened: OpenedStore, logger: Logger) {
        self.store = opened.store
        self.directory = opened.directory
        self.logger = logger
        for machine in opened.machines {
            self.lanes[machine.feed.machine] = MachineLane(
                machine: machine.feed.machine,
                key: machine.key,
                feed: machine.feed,
                isStored: true
            )
            self.lastKey = max(self.lastKey, machine.key)
        }
    }

    var counts: Counts { self.shared.withLock { $0.counts } }
    var isHealthy: Bool { self.shared.withLock { $0.isHealthy } }

    func addSink(_ sink: any ReadingSink) {
        self.sinks.append(sink)
    }

    /// The writer thread's life. Returns when the queue is stopped and empty and the database closed.
    func run(taking queue: SubmissionQueue) {
        while true {
            // While the disk refuses, look after it now and then, so that health recovers without traffic too.
            let deadline = self.isHealthy ? nil : Date(timeIntervalSinceNow: Limits.probeSeconds)
            let taken = queue.take(costMax: Limits.batchReadingsMax, deadline: deadline)
            if taken.isFinished { break }
            if taken.submissions.isEmpty {
                self.probe()
            } else {
                self.process(taken.submissions)
            }
        }
        self.store.close()
    }

    private func process(_ submissions: [Submission]) {
        let receipts = submissions.map { submission in
            ReadingWriter.Receipt(stored: submission.readings.map { self.batch.add($0, to: self.lane(for: $0)) })
        }
        let skipped = submissions.reduce(0) { $0 + $1.readings.count } - self.batch.count
        defer { self.batch.removeAll() }
        do {
            if !self.batch.isEmpty { try self.store.commit(self.batch) }
        } catch {
            self.rollBack()
            self.noteFailure(error)
            for submission in submissions { submission.completion(.failure(.storage(error.description))) }
            return
        }
        self.publish()
        self.noteSuccess(skipped: skipped)
        for (submission, receipt) in zip(submissions, receipts) { submission.completion(.success(receipt)) }
    }

    private func lane(for reading: Reading) -> MachineLane {
        if let lane = self.lanes[reading.machine] { return lane }
        let feed = MachineFeed(
            machine: reading.machine,
            epoch: self.directory.epoch,
            capacity: self.directory.capacity,
            knownSince: reading.received
        )
        self.lastKey += 1
        let lane = MachineLane(machine: reading.machine, key: self.lastKey, feed: feed, isStored: false)
        self.lanes[reading.machine] = lane
        return lane
    }

    /// The transaction failed: no sequence and no key is used up.
    private func rollBack() {
        for lane in self.batch.lanes.reversed() {
            lane.lastSequence = lane.feed.lastSequence
            if lane.isStored { continue }
            assert(lane.key == self.lastKey && lane.lastSequence == 0)
            self.lanes[lane.machine] = nil
            self.lastKey -= 1
        }
    }

    /// After the commit: rings first, so that whoever hears of a reading from a sink finds it there.
    private func publish() {
        for lane in self.batch.lanes {
            let run = self.batch.run(of: lane)
            if lane.isStored {
                lane.feed.append(run)
            } else {
                self.directory.insert(lane.feed, with: run)
                lane.isStored = true
            }
            assert(lane.feed.lastSequence == lane.lastSequence, "ring and writer disagree")
        }
        if self.batch.isEmpty { return }
        for sink in self.sinks { sink.committed(self.batch.readings) }
    }

    private func probe() {
        do {
            try self.store.probe()
            self.noteSuccess(skipped: 0)
        } catch {
            self.noteFailure(error)
        }
    }

    /// Logs the end of an episode, not every commit.
    private func noteSuccess(skipped: Int) {
        let count = self.batch.count
        let wasHealthy = self.shared.withLock { shared in
            shared.counts.committedReadings += Int64(count)
            shared.counts.commits += count > 0 ? 1 : 0
            shared.counts.skippedRetained += Int64(skipped)
            defer { shared.isHealthy = true }
            return shared.isHealthy
        }
        if !wasHealthy { self.logger.notice("database can be written again") }
    }

    /// Logs the start of an episode, not every failure.
    private func noteFailure(_ error: StorageFailure) {
        let wasHealthy = self.shared.withLock { shared in
            shared.counts.failedCommits += 1
            defer { shared.isHealthy = false }
            return shared.isHealthy
        }
        if wasHealthy {
            self.logger.error("database cannot be written", metadata: ["error": "\(error.description)"])
        }
    }
}
