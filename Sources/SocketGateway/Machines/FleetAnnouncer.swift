import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Looks at the machines' health once a second; tells their rooms of changes (`machineStatus`) and everybody of the new
/// list (`machines`, at most once a second). Any thread.
final class FleetAnnouncer: Sendable {
    private struct List {
        var next = NIODeadline.uptimeNanoseconds(0)
        var isScheduled = false
    }

    private let namespace: Namespace
    private let directory: MachineDirectory
    private let clock: WallClock
    private let eventLoop: any EventLoop
    private let list = Mutex(List())
    private let isStopped = Atomic(false)

    init(namespace: Namespace, directory: MachineDirectory, clock: WallClock, eventLoop: any EventLoop) {
        self.namespace = namespace
        self.directory = directory
        self.clock = clock
        self.eventLoop = eventLoop
    }

    /// Begins to look; ``stop()`` ends it.
    func start() {
        self.eventLoop.scheduleRepeatedTask(initialDelay: Limits.healthInterval, delay: Limits.healthInterval) { task in
            guard !self.isStopped.load(ordering: .relaxed) else { return task.cancel() }
            self.evaluate()
        }
    }

    func stop() {
        self.isStopped.store(true, ordering: .relaxed)
    }

    /// The list is another than it was: it will be sent, now or when the second is over.
    func listChanged() {
        let due = self.list.withLock { list -> NIODeadline? in
            guard !list.isScheduled else { return nil }
            list.isScheduled = true
            return max(.now(), list.next)
        }
        guard let due else { return }
        self.eventLoop.scheduleTask(deadline: due) { self.announceList() }
    }

    private func evaluate() {
        let now = self.clock.now()
        let changed = self.directory.evaluateHealth(now: now)
        for status in changed {
            let room = WireEvents.room(of: status.machine)
            guard self.namespace.count(inRoom: room) > 0, let feed = self.directory.feed(status.machine) else {
                continue
            }
            self.namespace.to(room)
                .emit(WireEvents.machineStatus, WireEvents.machineStatus(feed.summary(now: now)))
        }
        // Lateness comes and goes with every jitter: it is told to the room, and in the next list, but calls for none.
        if changed.contains(where: { !$0.isLatenessOnly }) { self.listChanged() }
    }

    private func announceList() {
        self.list.withLock { $0 = List(next: .now() + Limits.machinesListInterval, isScheduled: false) }
        guard self.namespace.socketCount > 0 else { return }
        let summaries = self.directory.summaries(now: self.clock.now())
        self.namespace.emit(WireEvents.machines, WireEvents.machines(summaries))
    }
}
