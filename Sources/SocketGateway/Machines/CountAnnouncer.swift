import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Sends `roomCountUpdate` and `userCountUpdate`. Changes are gathered for ``Limits/countsInterval``, so that a crowd
/// that comes at once costs a few messages for each, not one for each pair. Any thread.
final class CountAnnouncer: Sendable {
    private struct Changes {
        /// Names as people know them.
        var rooms: Set<String> = []
        var users = false
        var isScheduled = false
    }

    private let namespace: Namespace
    private let eventLoop: any EventLoop
    private let changes = Mutex(Changes())

    init(namespace: Namespace, eventLoop: any EventLoop) {
        self.namespace = namespace
        self.eventLoop = eventLoop
    }

    func roomChanged(_ machine: MachineID) {
        self.roomChanged(machine.name)
    }

    /// - Parameter name: a machine's, or `$rejected`.
    func roomChanged(_ name: String) {
        self.note { $0.rooms.insert(name) }
    }

    func usersChanged() {
        self.note { $0.users = true }
    }

    private func note(_ change: (inout Changes) -> Void) {
        let mustSchedule = self.changes.withLock { changes in
            change(&changes)
            defer { changes.isScheduled = true }
            return !changes.isScheduled
        }
        guard mustSchedule else { return }
        self.eventLoop.scheduleTask(in: self.interval) { self.announce() }
    }

    private var interval: TimeAmount {
        let grown =
            Limits.countsInterval.nanoseconds
            + Int64(self.namespace.socketCount) * Limits.countsIntervalPerSocket.nanoseconds
        return .nanoseconds(min(grown, Limits.countsIntervalMax.nanoseconds))
    }

    private func announce() {
        let changes = self.changes.withLock { changes in
            defer { changes = Changes() }
            return changes
        }
        for name in changes.rooms {
            let room = WireEvents.room(named: name)
            let count = self.namespace.count(inRoom: room)
            self.namespace.to(room).emit(WireEvents.roomCountUpdate, WireEvents.roomCountUpdate(name, count: count))
        }
        if changes.users {
            let count = self.namespace.socketCount
            self.namespace.emit(WireEvents.userCountUpdate, WireEvents.userCountUpdate(count))
        }
    }
}
