import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Sends `roomUsers` to a machine's room when somebody joins, leaves or takes another name. Changes are gathered,
/// longer where many are: what one of a thousand clients does is told to a thousand. Any thread.
final class PresenceAnnouncer: Sendable {
    private struct State {
        var presence = RoomPresence()
        /// When each changed room is to be told.
        var due: [MachineID: NIODeadline] = [:]
        var isScheduled = false
    }

    private let namespace: Namespace
    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    init(namespace: Namespace, eventLoop: any EventLoop) {
        self.namespace = namespace
        self.eventLoop = eventLoop
    }

    /// A client has joined, or calls itself otherwise now. Also a client that joins again is told who is there.
    func enter(_ id: String, _ machine: MachineID, as name: String?, at now: Timestamp) {
        self.change(machine) { presence in
            presence.enter(id, machine, as: name, at: now)
            return true
        }
    }

    func leave(_ id: String, _ machine: MachineID) {
        self.change(machine) { $0.leave(id, machine) }
    }

    private func change(_ machine: MachineID, _ body: (inout RoomPresence) -> Bool) {
        let mustSchedule = self.state.withLock { state in
            guard body(&state.presence), state.due[machine] == nil else { return false }
            let isCrowd = state.presence.count(of: machine) > Limits.roomUsersCrowd
            state.due[machine] = .now() + (isCrowd ? Limits.roomUsersCrowdInterval : Limits.roomUsersInterval)
            defer { state.isScheduled = true }
            return !state.isScheduled
        }
        if mustSchedule { self.schedule() }
    }

    private func schedule() {
        self.eventLoop.scheduleTask(in: Limits.roomUsersInterval) { self.announce() }
    }

    private func announce() {
        let now = NIODeadline.now()
        let (rooms, mustSchedule) = self.state.withLock { state in
            let rooms = state.due.filter { $0.value <= now }.keys.map { ($0, state.presence.users(of: $0)) }
            for (machine, _) in rooms { state.due[machine] = nil }
            state.isScheduled = !state.due.isEmpty
            return (rooms, state.isScheduled)
        }
        for (machine, users) in rooms {
            self.namespace.to(WireEvents.room(of: machine))
                .emit(WireEvents.roomUsers, WireEvents.roomUsers(users, of: machine))
        }
        if mustSchedule { self.schedule() }
    }
}
