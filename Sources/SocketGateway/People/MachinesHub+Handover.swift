import SocketIO
import TelemetryCore

/// The room `$handover`, for who sees the list: beside the machine's room and the watch. The name can be no machine's.
/// Everything on the socket's event loop.
extension MachinesHub {
    /// Whether the argument of `joinRoom` or `leaveRoom` means this room: `"$handover"`, or an object that names it.
    static func namesHandover(_ argument: SocketValue?) -> Bool {
        let name = argument?.stringValue ?? argument?.objectValue?["machine"]?.stringValue
        return name == WireEvents.handoverRoom
    }

    func joinHandover(_ event: EventContext, _ client: MachineClient) {
        if !client.hasJoinedHandover {
            client.hasJoinedHandover = true
            client.socket.join(WireEvents.handoverRoom)
            self.counts.roomChanged(WireEvents.handoverRoom)
        }
        // What changed in the last moment may be in the answer and come as an event too.
        event.acknowledge(WireEvents.joinedHandover(self.handover.items))
    }

    func leaveHandover(_ event: EventContext, _ client: MachineClient) {
        if client.hasJoinedHandover {
            client.hasJoinedHandover = false
            client.socket.leave(WireEvents.handoverRoom)
            self.counts.roomChanged(WireEvents.handoverRoom)
        }
        event.acknowledge(["ok": true])
    }
}
