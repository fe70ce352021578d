import Foundation
import Logging
import Synchronization

/// What the writer thread does, batch after batch: admit, commit, publish.
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
        var duplicateReadings: Int64 = 0
        var refusedReadings: Int64 = 0
        var journalWrites: Int64 = 0
        var failedJournalWrites: Int64 = 0
    }

    private struct Shared {
        var counts = Counts()
        /// `nil`: the last attempt to write worked.
        var failure: StoreFailing?
        /// Settings that the writer has not taken up yet.
        var units: UnitSettings?
    }

    private let store: SQLiteReadingStore
    private let directory: MachineDirectory
    private let logger: Logger
    private let machinesMax: Int
    /// Between the commits that write down ledgers.
    private let recordInterval: Duration
    /// Said once: no machine ever goes away.
    private var hasToldOfLimit = false
    private var hasToldOfExtras = false
    private var sinks: [any ReadingSink] = []
    private var everySecond: (@Sendable () -> Void)?
    private var secondDue = ContinuousClock.now
    private var probeDue = ContinuousClock.now
    private var admission: Admission
    private var recordsDue: ContinuousClock.Instant
    private var retention: RetentionSweep
    private var failureToldNext = ContinuousClock.now
    private let shared = Mutex(Shared())

    init(
        _ opened: OpenedStore,
        units: UnitSettings = UnitSettings(),
        machinesMax: Int = Limits.machinesMax,
        extraBytesMax: Int = Limits.extraBytesMax,
        recordInterval: Duration = .seconds(Limits.recordSeconds),
        retention: RetentionSweep = RetentionSweep(Retention(), clock: .system),
        logger: Logger
    ) {
        self.machinesMax = machinesMax
        self.recordInterval = recordInterval
        self.recordsDue = .now + recordInterval
        self.store = opened.store
        self.directory = opened.directory
        self.logger = logger
        self.retention = retention
        self.admission = Admission(opened, units: units, machinesMax: machinesMax, extraBytesMax: extraBytesMax)
    }

    /// For those who read what the journal has; any thread.
    var reader: JournalReader { self.store.reader }
    var counts: Counts { self.shared.withLock { $0.counts } }
    var isHealthy: Bool { self.failure == nil }
    var failure: StoreFailing? { self.shared.withLock { $0.failure } }

    /// Any thread: from the next batch on.
    func setUnits(_ units: UnitSettings) {
        self.shared.withLock { $0.units = units }
    }

    func addSink(_ sink: any ReadingSink) {
        self.sinks.append(sink)
    }

    /// Before `run`: from then on called about once a second, on the writer thread between two batches.
    func onSecond(_ body: @escaping @Sendable () -> Void) {
        self.everySecond = body
    }

    private func tickIfDue() {
        guard let everySecond = self.everySecond, ContinuousClock.now >= self.secondDue else { return }
        self.secondDue = .now + .seconds(1)
        everySecond()
    }

    /// The writer thread's life. Returns when the queue is stopped and empty and the database closed.
    func run(taking queue: SubmissionQueue) {
        while true {
            // Awake every second, for what depends on time. While the disk refuses, look after it now and then, so that
            // health recovers without traffic too. Else look for ledgers: refused input changes them without a commit.
            let hasMoreToDrop = self.isHealthy && self.dropWhatIsTooMuch()
            let seconds = hasMoreToDrop ? 0 : self.isHealthy && self.everySecond == nil ? Limits.recordSeconds : 1
            let taken = queue.take(costMax: Limits.batchReadingsMax, deadline: Date(timeIntervalSinceNow: seconds))
            if taken.isFinished { break }
            if self.isHealthy || !taken.submissions.isEmpty || !taken.journal.isEmpty {
                self.process(taken.submissions, taken.journal)
            } else if ContinuousClock.now >= self.probeDue {
                self.probe()
            }
            self.tickIfDue()
        }
        // With nothing to commit but what there is beside the readings.
        if self.isHealthy {
            self.recordsDue = .now
            self.process([], [])
        }
        self.store.close(self.isHealthy ? self.rings() : [:])
    }

    /// All of them; none while a machine in memory is not in the database.
    private func rings() -> [Int64: MachineFeed] {
        var rings: [Int64: MachineFeed] = [:]
        for feed in self.directory.feeds() {
            guard let key = self.admission.key(of: feed.machine) else { return [:] }
            rings[key] = feed
        }
        return rings
    }

    /// No submissions: the records that are due, if any.
    private func process(_ submissions: [Submission], _ journal: [JournalEntry]) {
        if let units = self.shared.withLock({ $0.units.take() }) { self.admission.configure(units) }
        let receipts = self.admission.admit(submissions)
        let labelled = self.takeRecords()
        defer { self.admission.clear() }
        let hasCommit = !self.batch.isEmpty || !self.batch.records.isEmpty || !journal.isEmpty
        var outcomes: [JournalError?] = []
        do {
            if hasCommit { outcomes = try self.commit(journal) }
        } catch {
            self.probeDue = .now + .seconds(Limits.probeSeconds)
            self.admission.rollBack()
            self.directory.keepLabelled(labelled)
            self.noteFailure(error, refused: submissions.reduce(0) { $0 + $1.readings.count })
            for submission in submissions { submission.completion(.failure(.storage(error.description))) }
            self.complete(journal, journal.map { _ in .storage(error.description) })
            return
        }
        self.publish()
        self.noteUnstored(receipts)
        // Without a commit nothing is known about the disk: readings that are refused must not make it look healthy.
        if hasCommit { self.noteSuccess() } else if !self.isHealthy { self.probe() }
        for (submission, receipt) in zip(submissions, receipts) { submission.completion(.success(receipt)) }
        self.complete(journal, outcomes)
    }

    private var batch: WriteBatch { self.admission.batch }

    /// What is beside the readings must never cost them: refused together, they are tried alone.
    private func commit(_ journal: [JournalEntry]) throws(StorageFailure) -> [JournalError?] {
        do {
            return try self.commitMakingRoom(journal)
        } catch {
            if journal.isEmpty || self.batch.isEmpty { throw error }
            _ = try self.commitMakingRoom([])
            return journal.map { _ in .storage(error.description) }
        }
    }

    /// A file that is as large as it may be gives up old readings for the batch.
    private func commitMakingRoom(_ journal: [JournalEntry]) throws(StorageFailure) -> [JournalError?] {
        while true {
            do {
                return try self.store.commit(self.batch, journal)
            } catch {
                let pages = self.batch.pagesMax + journal.count
                guard error.isFull, self.dropLargest(forPages: pages) else { throw error }
            }
        }
    }

    /// Tells those who wrote beside the readings.
    private func complete(_ journal: [JournalEntry], _ outcomes: [JournalError?]) {
        if journal.isEmpty { return }
        assert(journal.count == outcomes.count)
        let failed = outcomes.count { $0 != nil }
        self.shared.withLock { shared in
            shared.counts.journalWrites += Int64(outcomes.count - failed)
            shared.counts.failedJournalWrites += Int64(failed)
        }
        for (entry, failure) in zip(journal, outcomes) {
            entry.completion(failure.map { .failure($0) } ?? .success(()))
        }
    }

    /// One step; true: another one may be needed.
    private func dropBeyondRetention() -> Bool {
        guard self.retention.hasBounds else { return false }
        let expired = self.retention.expired(of: self.directory.feeds(), key: self.admission.key)
        if !expired.isEmpty { return self.drop(expired) }
        return self.dropLargest(forPages: 0)
    }

    /// Makes room for so many pages, or for the usual. One step; true: something went.
    private func dropLargest(forPages wanted: Int) -> Bool {
        guard self.retention.pagesMax != nil, let pages = try? self.store.pages() else { return false }
        let hadReachedSize = self.retention.hasReachedSize
        let drops = self.retention.largest(
            of: self.directory.feeds(),
            pagesUsed: pages.used,
            pagesWanted: wanted,
            key: self.admission.key
        )
        guard !drops.isEmpty, self.drop(drops) else { return false }
        if !hadReachedSize {
            self.logger.notice(
                "database is as large as it may be: the oldest readings make room for new ones",
                metadata: ["bytes": "\(pages.count * Limits.databasePageBytes)"]
            )
        }
        return true
    }

    /// Between batches. True: there may be more.
    private func dropWhatIsTooMuch() -> Bool {
        let beyondRetention = self.dropBeyondRetention()
        // As many readings as a batch may bring, or a flood would outrun it.
        var steps = Limits.batchReadingsMax / Limits.droppedReadingsMax + 1
        while steps > 0, self.dropExtras() { steps -= 1 }
        return beyondRetention || steps == 0
    }

    /// One step; true: another one may be needed.
    private func dropExtras() -> Bool {
        let excess = self.admission.extraBytesExcess
        if excess == 0 { return false }
        let drops = ExtraSweep.largest(of: self.directory.feeds(), excess: excess, key: self.admission.key)
        guard !drops.isEmpty, self.drop(drops) else { return false }
        if !self.hasToldOfExtras {
            self.hasToldOfExtras = true
            self.logger.warning(
                "extra metrics take all the memory they may: the oldest readings of those who send most of them go",
                metadata: ["limit_bytes": "\(Limits.extraBytesMax)"]
            )
        }
        return true
    }

    private func drop(_ drops: [RingDrop]) -> Bool {
        do {
            try self.store.drop(drops)
            self.admission.drop(drops)
            return true
        } catch {
            self.noteFailure(error)
            return false
        }
    }

    /// Puts labels, and ledgers if they are due, beside the readings. The machines whose labels they are.
    private func takeRecords() -> Set<MachineID> {
        let labelled = self.directory.takeLabelled()
        let isDue = ContinuousClock.now >= self.recordsDue
        if labelled.isEmpty, !isDue { return labelled }
        var ledgers: [RecordChanges.Ledger] = []
        if isDue {
            self.recordsDue = .now + self.recordInterval
            for feed in self.directory.feeds() {
                guard let ledger = feed.ledgerToRecord, let key = self.admission.key(of: feed.machine) else { continue }
                ledgers.append(.init(key: key, ledger: ledger))
            }
        }
        let labels = labelled.compactMap { machine -> RecordChanges.Labels? in
            guard let key = self.admission.key(of: machine), let feed = self.directory.feed(machine) else { return nil }
            return .init(key: key, labels: feed.labels)
        }
        self.admission.add(labels, ledgers)
        return labelled
    }

    /// After the commit: rings first, so that whoever hears of a reading from a sink finds it there.
    private func publish() {
        self.admission.publish()
        for change in self.batch.records.ledgers { self.directory.feed(change.ledger.machine)?.recorded(change.ledger) }
        if self.batch.isEmpty { return }
        for sink in self.sinks { sink.committed(self.batch.readings) }
    }

    private func probe() {
        self.probeDue = .now + .seconds(Limits.probeSeconds)
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
        let duplicates = receipts.reduce(0) { $0 + $1.duplicates }
        self.shared.withLock { shared in
            shared.counts.skippedRetained += Int64(unstored - refused - duplicates)
            shared.counts.duplicateReadings += Int64(duplicates)
            shared.counts.refusedReadings += Int64(refused)
        }
        let isLimit = receipts.contains { $0.refused.contains { $0.reason == .tooManyMachines } }
        if !isLimit || self.hasToldOfLimit { return }
        self.hasToldOfLimit = true
        self.logger.warning(
            "as many machines as there may be: readings of new ones are refused",
            metadata: ["machines": "\(self.admission.machineCount)", "limit": "\(self.machinesMax)"]
        )
    }

    /// Logs the end of an episode, not every commit.
    private func noteSuccess() {
        let count = self.batch.count
        let failure = self.shared.withLock { shared in
            shared.counts.committedReadings += Int64(count)
            shared.counts.commits += count > 0 ? 1 : 0
            defer { shared.failure = nil }
            return shared.failure
        }
        guard let failure else { return }
        self.logger.notice("database can be written again", metadata: self.metadata(of: failure))
    }

    /// Logs the start of an episode, and every minute that it goes on; not every failure.
    private func noteFailure(_ error: StorageFailure, refused: Int = 0) {
        let wasHealthy = self.isHealthy
        let failure = self.shared.withLock { shared -> StoreFailing in
            shared.counts.failedCommits += 1
            var failure = shared.failure ?? StoreFailing(since: self.retention.now, reason: "")
            failure.reason = error.description
            failure.refusedReadings += refused
            shared.failure = failure
            return failure
        }
        guard wasHealthy || ContinuousClock.now >= self.failureToldNext else { return }
        self.failureToldNext = .now + .seconds(Limits.failureToldSeconds)
        self.logger.error(
            "database cannot be written: nothing is stored, acknowledged or shown until it can",
            metadata: self.metadata(of: failure)
        )
    }

    private func metadata(of failure: StoreFailing) -> Logger.Metadata {
        [
            "error": "\(failure.reason)", "since": "\(failure.since.iso8601)",
            "readings_refused": "\(failure.refusedReadings)",
        ]
    }
}
