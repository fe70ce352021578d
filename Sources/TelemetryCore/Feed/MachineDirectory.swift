import Synchronization

/// All machines that have a reading. Any thread.
package final class MachineDirectory: Sendable {
    private struct State {
        var feeds: [MachineID: MachineFeed] = [:]
        /// The feeds by name; `nil` after a machine came, until somebody asks.
        var sorted: [MachineFeed]?
        /// What is known of machines that have no reading yet. Bounded: `Limits.rememberedReportsMax` of each.
        var remembered: [MachineID: StatusReport] = [:]
        var rememberedLabels: [MachineID: [String: String]] = [:]
        /// Machines whose labels are not in the database yet.
        var labelled: Set<MachineID> = []
        /// In milliseconds, from the configuration.
        var expectedOfAll: Int64?
        var expected: [MachineID: Int64] = [:]
    }

    package let epoch: Epoch
    /// N: readings kept per machine.
    package let capacity: Int
    private let state = Mutex(State())

    init(epoch: Epoch, capacity: Int) {
        self.epoch = epoch
        self.capacity = capacity
    }

    /// `nil` until the machine's first reading is committed.
    package func feed(_ machine: MachineID) -> MachineFeed? {
        self.state.withLock { $0.feeds[machine] }
    }

    /// By name.
    package func feeds() -> [MachineFeed] {
        self.state.withLock { state in
            if let sorted = state.sorted { return sorted }
            let sorted = state.feeds.values.sorted { $0.machine < $1.machine }
            state.sorted = sorted
            return sorted
        }
    }

    /// By name.
    package func summaries(now: Timestamp) -> [MachineSummary] {
        self.feeds().map { $0.summary(now: now) }
    }

    /// Of every machine, by name.
    package func ledgers() -> [MachineLedger] {
        self.feeds().map(\.ledger)
    }

    /// `nil` until the machine's first reading is committed.
    package func ledger(of machine: MachineID) -> MachineLedger? {
        self.feed(machine)?.ledger
    }

    /// What came on a status topic. A machine without a reading is not made by it: the report waits for its first.
    /// The reason is for people; its first 256 bytes are kept.
    package func report(_ machine: MachineID, online: Bool, reason: String, at time: Timestamp) {
        let report = StatusReport(
            isOnline: online,
            reason: String(decoding: reason.utf8.prefix(Limits.reportReasonBytesMax), as: UTF8.self),
            time: time
        )
        let feed = self.state.withLock { state -> MachineFeed? in
            if let feed = state.feeds[machine] { return feed }
            if state.remembered[machine] != nil || state.remembered.count < Limits.rememberedReportsMax {
                state.remembered[machine] = report
            }
            return nil
        }
        feed?.report(report)
    }

    /// What a source says of a machine beside its readings: its site, its line. Replaces what was there, within bounds
    /// (`MachineLabels`); kept in the database with the next commit. A machine without a reading is not made by it: the
    /// labels wait for its first. Cheap when nothing changes: a source may call it with each message.
    package func setLabels(_ labels: [String: String], of machine: MachineID) {
        let labels = MachineLabels.bounded(labels)
        self.state.withLock { state in
            if let feed = state.feeds[machine] {
                if feed.setLabels(labels) { state.labelled.insert(machine) }
            } else if state.rememberedLabels[machine] != nil
                || state.rememberedLabels.count < Limits.rememberedReportsMax
            {
                state.rememberedLabels[machine] = labels
            }
        }
    }

    /// How often the machine (`nil`: every machine without a setting of its own) is expected to send, in place of what
    /// is learned; an interval of `nil` takes the setting back. Less than a millisecond counts as one.
    package func setExpectedInterval(_ interval: Duration?, of machine: MachineID?) {
        let milliseconds = interval.map { interval -> Int64 in
            let (seconds, attoseconds) = interval.components
            let (product, overflows) = seconds.multipliedReportingOverflow(by: 1000)
            return overflows
                ? Limits.expectedMillisecondsMax
                : min(max(1, product + attoseconds / 1_000_000_000_000_000), Limits.expectedMillisecondsMax)
        }
        self.state.withLock { state in
            if let machine {
                state.expected[machine] = milliseconds
                state.feeds[machine]?.expect(every: milliseconds ?? state.expectedOfAll)
                return
            }
            state.expectedOfAll = milliseconds
            for (name, feed) in state.feeds where state.expected[name] == nil { feed.expect(every: milliseconds) }
        }
    }

    /// The machines whose state, or that of a metric, changed since the last call; every machine once, the first time.
    /// Call once a second.
    package func evaluateHealth(now: Timestamp) -> [MachineStatus] {
        self.feeds().compactMap { $0.evaluateHealth(now: now) }
    }

    /// Counts the refusal in the ledger of its machine, where that is known and exists: a name in refused input makes
    /// no machine. A hint is no refusal.
    func count(_ rejection: Rejection) {
        guard !rejection.reason.isHint, let machine = rejection.machine else { return }
        self.feed(machine)?.reject(rejection.reason, count: rejection.count)
    }

    /// At the start: a machine with all that the database has of it.
    func insert(_ feed: MachineFeed) {
        self.insert(feed, with: EmptyCollection(), counts: BatchCounts())
    }

    /// Writer thread: a machine has its first readings. It becomes visible together with them. Bytes of their extra
    /// metrics.
    @discardableResult
    func insert(_ feed: MachineFeed, with readings: some Sequence<StoredReading>, counts: BatchCounts) -> Int {
        self.state.withLock { state in
            precondition(state.feeds[feed.machine] == nil, "machine \(feed.machine) inserted twice")
            feed.expect(every: state.expected[feed.machine] ?? state.expectedOfAll)
            // The remembered report is older than the readings: it must not overrule them.
            if let report = state.remembered.removeValue(forKey: feed.machine) { feed.report(report) }
            if let labels = state.rememberedLabels.removeValue(forKey: feed.machine), feed.setLabels(labels) {
                state.labelled.insert(feed.machine)
            }
            let extraBytes = feed.append(readings, counts: counts)
            state.feeds[feed.machine] = feed
            state.sorted = nil
            return extraBytes
        }
    }

    /// Writer thread: the machines whose labels have to be written. They are its to write from now on: what it cannot
    /// write it gives back (`keepLabelled`).
    func takeLabelled() -> Set<MachineID> {
        self.state.withLock { state in
            defer { state.labelled = [] }
            return state.labelled
        }
    }

    func keepLabelled(_ machines: Set<MachineID>) {
        self.state.withLock { $0.labelled.formUnion(machines) }
    }
}
