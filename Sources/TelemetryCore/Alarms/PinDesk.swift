/// The windows that are being filled: from when to when, and how far each machine's readings are copied. A plain value.
///
/// Copied from the ring in memory, machine by machine in sequence order: windows of one machine that overlap share
/// their readings.
struct PinDesk: Sendable {
    struct Open: Hashable, Sendable {
        let episode: Int64
        let first: Int64
        let to: Timestamp
        /// Sequence beyond which it takes no more.
        let end: Int64
    }

    private struct Job: Sendable {
        /// In the database up to this sequence.
        var copied: Int64
        var open: [Open]
    }

    private var jobs: [MachineID: Job] = [:]
    /// Not in the database yet.
    private var opened: [PinWrites.Window] = []
    /// In the database: readings in all windows, and windows.
    private(set) var readings: Int
    private(set) var windows: Int

    init(readings: Int = 0, windows: Int = 0) {
        self.readings = readings
        self.windows = windows
    }

    var isIdle: Bool { self.jobs.isEmpty && self.opened.isEmpty }
    var hasOpened: Bool { !self.opened.isEmpty }

    /// A window that had not ended when the process did.
    mutating func resume(_ open: Open, of machine: MachineID, copied: Int64) {
        self.jobs[machine, default: Job(copied: copied, open: [])].open.append(open)
    }

    /// An alarm was raised.
    mutating func open(_ episode: Int64, of alarm: Alarm.ID, raisedAt: Timestamp, from feed: MachineFeed) {
        guard self.opened.count < Limits.pinsMax else { return }
        let from = raisedAt.adding(milliseconds: -Limits.pinBeforeMilliseconds)
        let to = raisedAt.adding(milliseconds: Limits.pinAfterMilliseconds)
        let before = feed.sequence(receivedBefore: from, limit: Limits.pinReadingsPerSideMax)
        let window = PinWrites.Window(episode: episode, alarm: alarm, from: from, to: to, first: before + 1)
        let end = feed.lastSequence + Int64(Limits.pinReadingsPerSideMax)
        self.opened.append(window)
        self.jobs[alarm.machine, default: Job(copied: before, open: [])].open
            .append(Open(episode: episode, first: window.first, to: to, end: end))
    }

    /// So much of a machine waits to be copied that its ring may overwrite it before the next tick.
    func isUrgent(_ machine: MachineID, last: Int64, capacity: Int) -> Bool {
        guard let job = self.jobs[machine] else { return false }
        return last - job.copied >= min(Int64(capacity) / 4, Int64(Limits.pinReadingsPerWrite) / 4)
    }

    /// What the next write takes. Nothing changes by asking.
    func writes(now: Timestamp, directory: MachineDirectory) -> PinWrites {
        var writes = PinWrites()
        writes.windows = self.opened
        writes.readingsBefore = self.readings
        writes.windowsBefore = self.windows
        var budget = Limits.pinReadingsPerWrite
        for (machine, job) in self.jobs {
            guard budget > 0 else {
                writes.hasMore = true
                break
            }
            guard let feed = directory.feed(machine) else { continue }
            self.add(job, of: feed, now: now, budget: &budget, to: &writes)
        }
        return writes
    }

    private func add(_ job: Job, of feed: MachineFeed, now: Timestamp, budget: inout Int, to writes: inout PinWrites) {
        // What the ring has lost already is lost.
        let after = max(job.copied, feed.extent.first - 1)
        let snapshot = feed.snapshot(since: after, through: after + Int64(budget), limit: nil)
        var open = job.open
        var readings: [StoredReading] = []
        readings.reserveCapacity(snapshot.readings.count)
        var through = after
        for stored in snapshot.readings {
            open.removeAll { window in
                let isOver = stored.reading.received > window.to || stored.sequence > window.end
                if isOver { writes.ends.append(.init(episode: window.episode, last: stored.sequence - 1)) }
                return isOver
            }
            if open.isEmpty { break }
            readings.append(stored)
            through = stored.sequence
        }
        budget -= readings.count
        let last = feed.lastSequence
        if through < last, !open.isEmpty {
            writes.hasMore = true
        } else {
            for window in open where now > window.to.adding(milliseconds: Limits.pinGraceMilliseconds) {
                writes.ends.append(.init(episode: window.episode, last: through))
            }
        }
        if !readings.isEmpty {
            writes.runs.append(.init(machine: feed.machine, readings: readings, through: through))
        }
    }

    /// It is in the database, and so much is there now.
    mutating func written(_ writes: PinWrites, _ totals: PinWrites.Totals) {
        self.opened.removeFirst(writes.windows.count)
        self.readings = totals.readings
        self.windows = totals.windows
        for run in writes.runs { self.jobs[run.machine]?.copied = run.through }
        let ended = totals.dropped.union(writes.ends.map(\.episode))
        if ended.isEmpty { return }
        for machine in self.jobs.keys {
            self.jobs[machine]?.open.removeAll { ended.contains($0.episode) }
            if self.jobs[machine]?.open.isEmpty ?? false { self.jobs[machine] = nil }
        }
    }
}
