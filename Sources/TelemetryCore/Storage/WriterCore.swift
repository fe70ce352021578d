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
        var refusedReadings: Int64 = 0
    }

    private struct Shared {
        var counts = Counts()
        var isHealthy = true
    }

    private let store: SQLiteReadingStore
    private let directory: MachineDirectory
    private let logger: Logger
    /// More may be loaded from a database; none is added then.
    private let machinesMax: Int
    private let tooManyMachines: String
    /// Said once: no machine ever goes away.
    private var hasToldOfLimit = false
    private var lanes: [MachineID: MachineLane] = [:]
    private var lastKey: Int64 = 0
    private var sinks: [any ReadingSink] = []
    private var batch = WriteBatch()
    private let shared = Mutex(Shared())

    init(_ opened: OpenedStore, machinesMax: Int = Limits.machinesMax, logger: Logger) {
        self.machinesMax = machinesMax
        self.tooManyMachines =
            "there are \(machinesMax) machines already and none is added; check the machine's name, "
            + "or start with another --database"
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
        let receipts = submissions.map { self.number($0.readings) }
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
        self.noteUnstored(receipts)
        // Without a commit nothing is known about the disk: readings that are refused must not make it look healthy.
        if !self.batch.isEmpty { self.noteSuccess() } else if !self.isHealthy { self.probe() }
        for (submission, receipt) in zip(submissions, receipts) { submission.completion(.success(receipt)) }
    }

    /// Takes the readings into the batch. One that is refused leaves the others as they are.
    private func number(_ readings: [Reading]) -> ReadingWriter.Receipt {
        var refused: [ReadingWriter.Receipt.Refusal] = []
        let stored = readings.enumerated().map { index, reading -> Int64? in
            if let lane = self.lane(for: reading) { return self.batch.add(reading, to: lane) }
            refused.append(.init(index: index, reason: .tooManyMachines, remedy: self.tooManyMachines))
            return nil
        }
        return ReadingWriter.Receipt(stored: stored, refused: refused)
    }

    /// The machine's, made if it is new; `nil` when there are as many machines as there may be.
    private func lane(for reading: Reading) -> MachineLane? {
        if let lane = self.lanes[reading.machine] { return lane }
        guard self.lanes.count < self.machinesMax else { return nil }
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
            self.noteSuccess()
        } catch {
            self.noteFailure(error)
        }
    }

    /// Counts what is in no ring after a success, and says once that the machines are too many.
    private func noteUnstored(_ receipts: [ReadingWriter.Receipt]) {
        let unstored = receipts.reduce(0) { $0 + $1.stored.count } - self.batch.count
        guard unstored > 0 else { return }
        let refused = receipts.reduce(0) { $0 + $1.refused.count }
        self.shared.withLock { shared in
            shared.counts.skippedRetained += Int64(unstored - refused)
            shared.counts.refusedReadings += Int64(refused)
        }
        if refused == 0 || self.hasToldOfLimit { return }
        self.hasToldOfLimit = true
        self.logger.warning(
            "as many machines as there may be: readings of new ones are refused",
            metadata: ["machines": "\(self.lanes.count)", "limit": "\(self.machinesMax)"]
        )
    }

    /// Logs the end of an episode, not every commit.
    private func noteSuccess() {
        let count = self.batch.count
        let wasHealthy = self.shared.withLock { shared in
            shared.counts.committedReadings += Int64(count)
            shared.counts.commits += count > 0 ? 1 : 0
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
