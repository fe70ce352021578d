import Synchronization

/// One machine as everybody but the writer sees it: its ring in memory and its health.
///
/// Any thread may call it. A mutex guards it; nothing is done under it but copying, so callers on event loops are
/// held up for microseconds. Only the writer thread appends, and only what is committed.
package final class MachineFeed: Sendable {
    private struct State {
        var ring: ReadingRing
        var staleness: Staleness
        /// What `evaluateHealth` reported last; `nil`: nothing yet.
        var announced: MachineState?
    }

    package let machine: MachineID
    private let epoch: Epoch
    private let state: Mutex<State>

    init(machine: MachineID, epoch: Epoch, capacity: Int, knownSince: Timestamp) {
        self.machine = machine
        self.epoch = epoch
        self.state = Mutex(
            State(ring: ReadingRing(capacity: capacity), staleness: Staleness(knownSince: knownSince))
        )
    }

    /// Readings with a sequence above `since` (all that are kept if `nil`), not above `through` (`nil`: the newest),
    /// and of those at most the `limit` newest. `lost` counts those after `since` that are no longer kept; what
    /// `limit` leaves out is not lost.
    package func snapshot(since: Int64?, through: Int64?, limit: Int?) -> RingSnapshot {
        self.state.withLock { state in
            let ring = state.ring
            let through = min(through ?? ring.lastSequence, ring.lastSequence)
            // A peer chooses these numbers: clamped, so that none of them can overflow below.
            let after = min(max(0, since ?? 0), through)
            let lost = since == nil ? 0 : max(0, min(ring.firstSequence - 1, through) - after)
            var first = max(after + 1, ring.firstSequence)
            if let limit { first = max(first, through - Int64(min(max(0, limit), ring.capacity)) + 1) }
            return RingSnapshot(
                machine: self.machine,
                epoch: self.epoch,
                firstSequence: ring.firstSequence,
                nextSequence: through + 1,
                lost: lost,
                readings: first > through
                    ? [] : (first...through).compactMap { ring.reading($0, of: self.machine) }
            )
        }
    }

    package func summary(now: Timestamp) -> MachineSummary {
        self.state.withLock { state in
            MachineSummary(
                machine: self.machine,
                status: self.status(state.staleness.verdict(now: now)),
                lastSequence: state.ring.lastSequence,
                latest: state.ring.reading(state.ring.lastSequence, of: self.machine),
                ledger: MachineLedger(machine: self.machine)
            )
        }
    }

    /// Of the newest committed reading.
    package var lastSequence: Int64 {
        self.state.withLock { $0.ring.lastSequence }
    }

    /// Writer thread, after the commit: the readings become visible, in sequence order.
    func append(_ readings: some Sequence<StoredReading>) {
        self.state.withLock { state in
            for stored in readings {
                assert(stored.reading.machine == self.machine)
                state.ring.append(stored)
                if !stored.reading.isRetained {
                    state.staleness.readingArrived(at: stored.reading.received)
                }
            }
        }
    }

    func report(_ report: StatusReport) {
        self.state.withLock { report.apply(to: &$0.staleness) }
    }

    /// The status when its state is another than at the last call of this method.
    func evaluateHealth(now: Timestamp) -> MachineStatus? {
        self.state.withLock { state in
            let verdict = state.staleness.verdict(now: now)
            guard verdict.state != state.announced else { return nil }
            state.announced = verdict.state
            return self.status(verdict)
        }
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
