import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Sends `rejected` to the room `$rejected`: what was refused, as it is refused. Any thread.
///
/// Bounded: a sensor gone mad must not flood those who look for it. In each ``Limits/rejectedInterval`` the first few
/// are sent; the last of these says in `omitted` how many were not (all of them are counted in `GET /api/rejected`).
final class RejectionAnnouncer: Sendable {
    private struct Waiting {
        var rejections: [Rejection] = []
        var omitted = 0
        var isScheduled = false
    }

    private let namespace: Namespace
    private let eventLoop: any EventLoop
    private let waiting = Mutex(Waiting())

    init(namespace: Namespace, eventLoop: any EventLoop) {
        self.namespace = namespace
        self.eventLoop = eventLoop
    }

    /// On the thread that refused; never blocks.
    func announce(_ rejection: Rejection) {
        guard self.namespace.count(inRoom: WireEvents.rejectedRoom) > 0 else { return }
        let mustSchedule = self.waiting.withLock { waiting in
            if waiting.rejections.count < Limits.rejectedPerInterval {
                waiting.rejections.append(rejection)
            } else {
                waiting.omitted += 1
            }
            defer { waiting.isScheduled = true }
            return !waiting.isScheduled
        }
        guard mustSchedule else { return }
        self.eventLoop.scheduleTask(in: Limits.rejectedInterval) { self.send() }
    }

    private func send() {
        let waiting = self.waiting.withLock { waiting in
            defer { waiting = Waiting() }
            return waiting
        }
        let room = self.namespace.to(WireEvents.rejectedRoom)
        for (index, rejection) in waiting.rejections.enumerated() {
            let isLast = index == waiting.rejections.count - 1
            room.emit(WireEvents.rejected, WireEvents.rejected(rejection, omitted: isLast ? waiting.omitted : 0))
        }
    }
}
