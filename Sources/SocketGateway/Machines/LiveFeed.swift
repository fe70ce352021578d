import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Takes what the writer commits to the event loops: one hop per loop and batch, whatever is sent there. A loop that is
/// behind finds several batches at once, and sends what they have for one receiver in one write: so it catches up.
///
/// The crossing is bounded: when more than ``Limits/undeliveredReadingsMax`` readings are on their way, a batch is
/// thinned to the newest reading of each machine, and what is left out is counted. Clients see from `seq` what they
/// missed.
final class LiveFeed: ReadingSink {
    private let hub: MachinesHub
    private let root: Namespace
    private let crossings: [LoopCrossing]
    /// Readings handed to the loops, times loops, that no loop has taken yet.
    private let undelivered = Atomic(0)
    private let thinned = Atomic(0)
    /// How large the commits were.
    let batches = BatchHistogram()

    init(hub: MachinesHub, root: Namespace, eventLoopGroup: any EventLoopGroup) {
        self.hub = hub
        self.root = root
        self.crossings = eventLoopGroup.makeIterator().map { LoopCrossing(to: $0) }
    }

    /// Readings that were left out since the start.
    var thinnedReadings: Int { self.thinned.load(ordering: .relaxed) }

    /// On the writer thread.
    func committed(_ readings: [StoredReading]) {
        self.batches.record(readings.count)
        let batch = self.thinnedIfNeeded(readings).map(LiveReading.init)
        guard !batch.isEmpty else { return }
        self.undelivered.add(batch.count * self.crossings.count, ordering: .relaxed)
        let isUrgent = self.hasWaited(readings)
        for crossing in self.crossings {
            guard crossing.add(batch, isUrgent: isUrgent) else { continue }
            self.hub.namespace.onEventLoop(crossing.eventLoop) { local in
                let (readings, isUrgent) = crossing.take()
                self.undelivered.subtract(readings.count, ordering: .relaxed)
                self.hub.deliver(readings, isUrgent: isUrgent, to: local)
            }
        }
        if self.root.socketCount > 0 {
            self.root.onEachEventLoop { local in
                guard local.hasSockets else { return }
                for live in batch { local.emit(live.rootEvent) }
            }
        }
        // The first reading ever: the list of machines has become longer.
        if batch.contains(where: { $0.sequence == 1 }) { self.hub.fleet.listChanged() }
    }

    /// Whether one of them was gathered with others for so long that it must not be held again.
    private func hasWaited(_ readings: [StoredReading]) -> Bool {
        guard let oldest = readings.lazy.map(\.reading.received).min() else { return false }
        return self.hub.clock.now().milliseconds(since: oldest) >= Limits.mergeAgeMilliseconds
    }

    private func thinnedIfNeeded(_ readings: [StoredReading]) -> [StoredReading] {
        let waiting = self.undelivered.load(ordering: .relaxed) / self.crossings.count
        guard waiting + readings.count > Limits.undeliveredReadingsMax else { return readings }
        var newest: [MachineID: StoredReading] = [:]
        for stored in readings { newest[stored.reading.machine] = stored }
        self.thinned.add(readings.count - newest.count, ordering: .relaxed)
        return Array(newest.values)
    }
}
