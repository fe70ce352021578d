import SocketIO
import TelemetryCore

/// The room `$rejected`, for who sets up sensors: beside the machine's room and the watch, not in their place. The name
/// can be no machine's. Everything on the socket's event loop.
extension MachinesHub {
    /// Whether the argument of `joinRoom` or `leaveRoom` means this room: `"$rejected"`, or an object that names it.
    static func namesRejected(_ argument: SocketValue?) -> Bool {
        let name = argument?.stringValue ?? argument?.objectValue?["machine"]?.stringValue
        return name == WireEvents.rejectedRoom
    }

    func joinRejected(_ event: EventContext, _ client: MachineClient) {
        self.followRejected(client) { $0.hasJoinedRejected = true }
        // What was refused in the last moment may be in the answer and come as an event too.
        event.acknowledge(WireEvents.joinedRejected(self.rejections))
    }

    func leaveRejected(_ event: EventContext, _ client: MachineClient) {
        self.followRejected(client) {
            $0.hasJoinedRejected = false
            $0.watchesRejected = false
        }
        event.acknowledge(["ok": true])
    }

    func watchRejected(_ isWatched: Bool, _ client: MachineClient) {
        self.followRejected(client) { $0.watchesRejected = isWatched }
    }

    /// Enters or leaves the room as `change` makes it.
    private func followRejected(_ client: MachineClient, _ change: (MachineClient) -> Void) {
        let wasThere = client.followsRejected
        change(client)
        guard client.followsRejected != wasThere else { return }
        if wasThere {
            client.socket.leave(WireEvents.rejectedRoom)
        } else {
            client.socket.join(WireEvents.rejectedRoom)
        }
        self.counts.roomChanged(WireEvents.rejectedRoom)
    }
}
