import NIOCore
import SocketIO
import Synchronization
import TelemetryCore

/// Sends `alarm` to the machine's room and to `$alarms` as it happens, and `alarms`, the list, to `$alarms` at most
/// once a second. Any thread.
///
/// Bounded: a hundred machines that fall silent at once must not flood those who look. Between two turns on the event
/// loop, ``Limits/alarmsInterval`` apart, at most ``Limits/alarmsPerInterval`` are sent; the list that follows has
/// those that were left out. A client that is slow gets the newest `alarm` of each alarm.
final class AlarmAnnouncer: Sendable {
    private struct Waiting {
        var changes: [(alarm: Alarm, event: AlarmEvent.Kind)] = []
        var next = NIODeadline.uptimeNanoseconds(0)
        var isScheduled = false
        var nextList = NIODeadline.uptimeNanoseconds(0)
        var isListScheduled = false
    }

    /// Since the start.
    struct Counts: Sendable {
        var raised = 0
        var acknowledged = 0
        /// `alarm` events that were left out.
        var omitted = 0
    }

    private let namespace: Namespace
    private let desk: AlarmDesk
    private let eventLoop: any EventLoop
    private let waiting = Mutex(Waiting())
    private let counted = Mutex(Counts())

    init(namespace: Namespace, desk: AlarmDesk, eventLoop: any EventLoop) {
        self.namespace = namespace
        self.desk = desk
        self.eventLoop = eventLoop
    }

    var counts: Counts { self.counted.withLock { $0 } }

    /// On the writer thread; never blocks.
    func announce(_ alarm: Alarm, _ event: AlarmEvent.Kind) {
        self.counted.withLock { counts in
            if event == .raised { counts.raised += 1 }
            if event == .acknowledged { counts.acknowledged += 1 }
        }
        guard self.namespace.socketCount > 0 else { return }
        let due = self.waiting.withLock { waiting -> NIODeadline? in
            if waiting.changes.count < Limits.alarmsPerInterval {
                waiting.changes.append((alarm, event))
            } else {
                self.counted.withLock { $0.omitted += 1 }
            }
            defer { waiting.isScheduled = true }
            return waiting.isScheduled ? nil : max(.now(), waiting.next)
        }
        if let due { self.eventLoop.scheduleTask(deadline: due) { self.send() } }
        self.listChanged()
    }

    private func send() {
        let changes = self.waiting.withLock { waiting in
            defer {
                waiting.changes = []
                waiting.isScheduled = false
                waiting.next = .now() + Limits.alarmsInterval
            }
            return waiting.changes
        }
        for (alarm, event) in changes {
            let rooms = [WireEvents.room(of: alarm.machine), WireEvents.alarmsRoom]
            guard rooms.contains(where: { self.namespace.count(inRoom: $0) > 0 }) else { continue }
            self.namespace.to(rooms[0], rooms[1])
                .conflated(key: alarm.id.description)
                .emit(WireEvents.alarm, WireEvents.alarm(alarm, event))
        }
    }

    private func listChanged() {
        let due = self.waiting.withLock { waiting -> NIODeadline? in
            defer { waiting.isListScheduled = true }
            return waiting.isListScheduled ? nil : max(.now(), waiting.nextList)
        }
        if let due { self.eventLoop.scheduleTask(deadline: due) { self.sendList() } }
    }

    private func sendList() {
        self.waiting.withLock { waiting in
            waiting.isListScheduled = false
            waiting.nextList = .now() + Limits.alarmsListInterval
        }
        guard self.namespace.count(inRoom: WireEvents.alarmsRoom) > 0 else { return }
        self.namespace.to(WireEvents.alarmsRoom)
            .conflated(key: WireEvents.alarmsRoom)
            .emit(WireEvents.alarms, WireEvents.alarms(self.desk.current(machine: nil)))
    }
}
