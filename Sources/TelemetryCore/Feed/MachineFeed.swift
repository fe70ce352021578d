import Synchronization

/// One machine as everybody but the writer sees it: its ring in memory, its health, its ledger.
///
/// Any thread may call it. A mutex guards it; nothing is done under it but copying, so callers on event loops are
/// held up for microseconds (`readings(at:)`, after a reconnect, for a pass over the ring). Only the writer thread
/// appends, and only what is committed. In the first seconds after the start of a large store who asks for old readings
/// may have to read them first (`MachineFeed+Unread`).
package final class MachineFeed: Sendable {
    struct State: Sendable {
        var ring: ReadingRing
        var health: MachineHealth
        /// What `evaluateHealth` reported last; `nil`: nothing yet.
        var announced: Announced?
        var counts = LedgerCounts()
        var labels: [String: String] = [:]
        var units: [MetricName: String] = [:]
        /// The ledger as it was last written to the database.
        var recorded: MachineLedger?
        /// Until all of the ring is read and health is learned from it.
        var unreadPart: UnreadPart?
    }

    /// What was last told of the machine's health: its state, and two numbers for those of its metrics.
    struct Announced: Equatable {
        let state: MachineState
        let exact: Int
        let coarse: Int
    }

    package let machine: MachineID
    let knownSince: Timestamp
    private let epoch: Epoch
    let state: Mutex<State>

    init(machine: MachineID, epoch: Epoch, capacity: Int, knownSince: Timestamp) {
        self.machine = machine
        self.epoch = epoch
        self.knownSince = knownSince
        self.state = Mutex(
            State(ring: ReadingRing(capacity: capacity), health: MachineHealth(knownSince: knownSince))
        )
    }

    /// Readings with a sequence above `since` (all that are kept if `nil`), not above `through` (`nil`: the newest),
    /// and of those at most the `limit` newest. `lost` counts those after `since` that are no longer kept; what
    /// `limit` leaves out is not lost.
    package func snapshot(since: Int64?, through: Int64?, limit: Int?) -> RingSnapshot {
        func range(in ring: borrowing ReadingRing) -> (after: Int64, first: Int64, through: Int64) {
            let through = min(through ?? ring.lastSequence, ring.lastSequence)
            // A peer chooses these numbers: clamped, so that none of them can overflow below.
            let after = min(max(0, since ?? 0), through)
            var first = max(after + 1, ring.firstSequence)
            if let limit { first = max(first, through - Int64(min(max(0, limit), ring.capacity)) + 1) }
            return (after, first, through)
        }
        return self.read { ring in
            let range = range(in: ring)
            if range.first <= range.through, range.first < ring.firstHeld { return .readings(from: range.first) }
            return .oldest
        } _: { state in
            let (after, first, through) = range(in: state.ring)
            return RingSnapshot(
                machine: self.machine,
                epoch: self.epoch,
                firstSequence: state.ring.firstSequence,
                nextSequence: through + 1,
                lost: since == nil ? 0 : max(0, min(state.ring.firstSequence - 1, through) - after),
                extent: self.ringExtent(state.ring),
                readings: first > through
                    ? [] : (first...through).compactMap { state.ring.reading($0, of: self.machine) }
            )
        }
    }

    package func summary(now: Timestamp) -> MachineSummary {
        self.state.withLock { state in
            let verdict = state.health.verdict(now: now)
            let metrics = state.health.metrics(machine: verdict, now: now)
            let isInTime = metrics.contains { $0.state == .live }
            return MachineSummary(
                machine: self.machine,
                status: self.status(verdict),
                lastSequence: state.ring.lastSequence,
                latest: state.ring.reading(state.ring.latestSequence, of: self.machine),
                isLate: verdict.state == .live && !isInTime && !metrics.isEmpty,
                metrics: metrics,
                labels: state.labels,
                units: state.units,
                ledger: self.ledger(state)
            )
        }
    }

    /// Of the newest committed reading.
    package var lastSequence: Int64 {
        self.state.withLock { $0.ring.lastSequence }
    }

    /// How much of the past is kept.
    package var ringExtent: RingExtent {
        self.read(needing: { _ in .oldest }, { self.ringExtent($0.ring) })
    }

    package var ledger: MachineLedger {
        self.state.withLock { self.ledger($0) }
    }

    /// The status when its state, or that of a metric, is another than at the last call of this method.
    func evaluateHealth(now: Timestamp) -> MachineStatus? {
        self.state.withLock { state in
            let verdict = state.health.verdict(now: now)
            let metrics = state.health.metricStates(machine: verdict, now: now)
            let news = Announced(state: verdict.state, exact: metrics.exact, coarse: metrics.coarse)
            let told = state.announced
            guard news != told else { return nil }
            state.announced = news
            return MachineStatus(
                machine: self.machine,
                state: verdict.state,
                since: verdict.since,
                reason: verdict.reason,
                isLatenessOnly: news.state == told?.state && news.coarse == told?.coarse
            )
        }
    }

    func report(_ report: StatusReport) {
        self.state.withLock { state in
            state.health.report(report)
            state.unreadPart?.note(report, after: state.ring.lastSequence)
        }
    }

    /// In milliseconds, in place of what is learned; `nil`: learned again.
    func expect(every interval: Int64?) {
        self.state.withLock { $0.health.expect(every: interval) }
    }

    /// Input of this machine that came to nothing.
    func reject(_ reason: RejectionReason, count: Int) {
        self.state.withLock { state in
            state.counts.received += count
            state.counts.rejected[reason, default: 0] += count
        }
    }

    /// Within their bounds (`MachineLabels`). True when they are others than before.
    func setLabels(_ labels: [String: String]) -> Bool {
        self.state.withLock { state in
            if state.labels == labels { return false }
            state.labels = labels
            return true
        }
    }

    var labels: [String: String] { self.state.withLock { $0.labels } }

    private func ringExtent(_ ring: ReadingRing) -> RingExtent {
        RingExtent(
            capacity: ring.capacity,
            count: ring.count,
            oldest: ring.oldest
        )
    }

    private func ledger(_ state: State) -> MachineLedger {
        MachineLedger(
            machine: self.machine,
            counts: state.counts,
            gaps: state.health.gaps,
            first: state.ring.firstSequence,
            last: state.ring.lastSequence
        )
    }

    private func status(_ verdict: Staleness.Verdict) -> MachineStatus {
        MachineStatus(
            machine: self.machine,
            state: verdict.state,
            since: verdict.since,
            reason: verdict.reason
        )
    }
}

// MARK: - The writer's side

extension MachineFeed {
    /// Writer thread, after the commit: the readings become visible, in sequence order, and with them what their batch
    /// adds to the ledger. By how many bytes the extra metrics in memory grew.
    @discardableResult
    func append(_ readings: some Sequence<StoredReading>, counts: BatchCounts) -> Int {
        self.state.withLock { state in
            let extraBytes = state.ring.extraBytes
            for stored in readings {
                assert(stored.reading.machine == self.machine)
                state.ring.append(stored)
                state.health.arrived(stored.reading)
            }
            state.counts.received += counts.stored + counts.duplicates + counts.skipped
            state.counts.duplicates += counts.duplicates
            state.counts.skipped += counts.skipped
            state.counts.late += counts.late
            return state.ring.extraBytes - extraBytes
        }
    }

    /// At the start: what the database has.
    func load(_ readings: some Sequence<StoredReading>, _ record: MachineRecord) {
        self.state.withLock { state in
            for stored in readings {
                state.ring.append(stored)
                state.health.arrived(stored.reading)
            }
            self.load(record, into: &state)
        }
    }

    /// At the start: the newest of what the database has; the others come later.
    func load(_ newest: RingPiece, _ mark: RingMark, _ record: MachineRecord, unread: any UnreadReadings, key: Int64) {
        self.state.withLock { state in
            state.ring = ReadingRing(capacity: state.ring.capacity, newest: newest, mark: mark)
            for place in 0..<newest.count {
                var reading = newest.reading(at: place, of: self.machine)
                reading.isRetained = place == 0 && newest.hasRetained
                state.health.arrived(reading)
            }
            self.load(record, into: &state)
            if state.ring.unread == 0 { return }
            state.unreadPart = UnreadPart(
                source: unread,
                key: key,
                lastAtStart: mark.last,
                gaps: record.gaps,
                hasRetained: newest.hasRetained
            )
        }
    }

    private func load(_ record: MachineRecord, into state: inout State) {
        state.health.loaded(gaps: record.gaps)
        state.labels = record.labels
        state.counts = record.counts
        state.counts.received = record.counts.receivedExpected(stored: state.ring.lastSequence)
        state.recorded = self.ledger(state)
    }

    /// Writer thread, after they are gone from the database. The newest reading stays. By how many bytes the extra
    /// metrics in memory grew: not above 0.
    @discardableResult
    func dropOldest(through sequence: Int64) -> Int {
        self.state.withLock { state in
            let extraBytes = state.ring.extraBytes
            state.ring.dropOldest(through: sequence)
            return state.ring.extraBytes - extraBytes
        }
    }

    /// Sequence of the last reading to drop by age (`ReadingRing.expired`); `nil`: none, or only the newest is left,
    /// or not all of the ring is read yet (`isRead`).
    func expired(before time: Timestamp, now: Timestamp, limit: Int) -> (first: Int64, last: Int64)? {
        self.state.withLock { state in
            guard state.ring.unread == 0 else { return nil }
            guard let last = state.ring.expired(before: time, now: now, limit: limit) else { return nil }
            let through = min(last, state.ring.lastSequence - 1)
            return through < state.ring.firstSequence ? nil : (state.ring.firstSequence, through)
        }
    }

    /// What the ring holds: its sequences, and about how many bytes it takes in the file (without the extra metrics of
    /// readings that are not in memory yet).
    var extent: (first: Int64, last: Int64, fileBytes: Int) {
        self.state.withLock { state in
            let bytes = state.ring.count * Limits.readingFileBytes + state.ring.extraBytes
            return (state.ring.firstSequence, state.ring.lastSequence, bytes)
        }
    }

    /// The readings with one of these source times, in milliseconds (`ReadingRing.readings(at:of:)`).
    func readings(at times: Set<Int64>) -> [StoredReading] {
        self.read(needing: { .readings(from: $0.firstSequence) }, { $0.ring.readings(at: times, of: self.machine) })
    }

    /// The newest source time in the ring, in milliseconds, but for clocks that are ahead; `.min`: none.
    var newestSourceTime: Int64 { self.newestSourceTime(through: .max) }

    /// The same of the readings up to this sequence.
    func newestSourceTime(through sequence: Int64) -> Int64 {
        self.read { ring in
            .readings(from: ring.firstNeededForNewest(through: min(sequence, ring.lastSequence)))
        } _: { state in
            state.ring.newestSourceTime(through: min(sequence, state.ring.lastSequence))
        }
    }

    /// Of the newest reading received before `time`, not more than `limit` back from the newest one.
    func sequence(receivedBefore time: Timestamp, limit: Int) -> Int64 {
        self.read { ring in
            if ring.sequence(receivedBefore: time, limit: limit) != nil { return .nothing }
            return .readings(from: ring.firstHeld - 1)
        } _: { state in
            state.ring.sequence(receivedBefore: time, limit: limit) ?? state.ring.firstSequence - 1
        }
    }

    /// Whether it is live, and its last sequence.
    func presence(now: Timestamp) -> (isLive: Bool, last: Int64) {
        self.state.withLock { ($0.health.isLive(now: now), $0.ring.lastSequence) }
    }

    /// About what the extra metrics in the ring take, as far as it is in memory.
    var extraBytes: Int { self.state.withLock { $0.ring.extraBytes } }

    /// Of one reading's extra metrics; 0 when it is not in the ring.
    func extraBytes(of sequence: Int64) -> Int {
        self.read { ring in
            sequence < ring.firstSequence ? .nothing : .readings(from: sequence)
        } _: { state in
            state.ring.extraBytes(of: sequence)
        }
    }

    /// Of each metric with a unit that was named or configured, the one its values here are in.
    func setUnits(_ units: [MetricName: String]) {
        self.state.withLock { $0.units = units }
    }

    /// The ledger, if it has counts that are not in the database yet and do not follow from the sequence.
    var ledgerToRecord: MachineLedger? {
        self.state.withLock { state in
            let ledger = self.ledger(state)
            if let recorded = state.recorded, ledger.countsAlike(recorded) { return nil }
            if state.recorded == nil, ledger.countsAlike(MachineLedger(machine: self.machine)) { return nil }
            return ledger
        }
    }

    /// This much of it is in the database now.
    func recorded(_ ledger: MachineLedger) {
        self.state.withLock { $0.recorded = ledger }
    }
}
