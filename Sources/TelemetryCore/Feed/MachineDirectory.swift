import Synchronization

/// All machines that have a reading. Any thread.
package final class MachineDirectory: Sendable {
    private struct State {
        var feeds: [MachineID: MachineFeed] = [:]
        /// The feeds by name; `nil` after a machine came, until somebody asks.
        var sorted: [MachineFeed]?
        /// Status reports of machines that have no reading yet.
        var remembered: [MachineID: StatusReport] = [:]
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

    /// What a source says of a machine beside its readings: its site, its line. Replaces what was there; kept in the
    /// database with the next commit. A machine without a reading is not made by it: the labels wait for its first.
    package func setLabels(_ labels: [String: String], of machine: MachineID) {
    }

    /// How often the machine (`nil`: every machine without a setting of its own) is expected to send, in place of what
    /// is learned; an interval of `nil` takes the setting back.
    package func setExpectedInterval(_ interval: Duration?, of machine: MachineID?) {
    }

    /// Of every machine, by name.
    package func ledgers() -> [MachineLedger] {
        self.feeds().map { MachineLedger(machine: $0.machine) }
    }

    /// `nil` until the machine's first reading is committed.
    package func ledger(of machine: MachineID) -> MachineLedger? {
        self.feed(machine).map { MachineLedger(machine: $0.machine) }
    }

    /// The machines whose state changed since the last call; every machine once, the first time. Call once a second.
    package func evaluateHealth(now: Timestamp) -> [MachineStatus] {
        self.feeds().compactMap { $0.evaluateHealth(now: now) }
    }

    /// Writer thread (or the start): a machine has its first readings. It becomes visible together with them.
    func insert(_ feed: MachineFeed, with readings: some Sequence<StoredReading>) {
        self.state.withLock { state in
            precondition(state.feeds[feed.machine] == nil, "machine \(feed.machine) inserted twice")
            // The remembered report is older than the readings: it must not overrule them.
            if let report = state.remembered.removeValue(forKey: feed.machine) { feed.report(report) }
            feed.append(readings)
            state.feeds[feed.machine] = feed
            state.sorted = nil
        }
    }
}
