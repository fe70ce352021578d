import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Sends the whole list as `handover` to the room `$handover` when it has changed; changes are gathered for
/// ``Limits/handoverInterval``. Any thread.
final class HandoverAnnouncer: Sendable {
    private let namespace: Namespace
    private let desk: HandoverDesk
    private let eventLoop: any EventLoop
    private let isScheduled = Atomic(false)

    init(namespace: Namespace, desk: HandoverDesk, eventLoop: any EventLoop) {
        self.namespace = namespace
        self.desk = desk
        self.eventLoop = eventLoop
    }

    /// On the writer thread; never blocks.
    func changed() {
        guard !self.isScheduled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        self.eventLoop.scheduleTask(in: Limits.handoverInterval) {
            self.isScheduled.store(false, ordering: .releasing)
            self.announce()
        }
    }

    private func announce() {
        guard self.namespace.count(inRoom: WireEvents.handoverRoom) > 0 else { return }
        self.namespace.to(WireEvents.handoverRoom)
            .emit(WireEvents.handover, WireEvents.handover(self.desk.items))
    }
}
