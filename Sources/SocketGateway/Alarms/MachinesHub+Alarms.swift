import NIOCore
import SocketIO
import TelemetryCore

/// The room `$alarms`, for who looks at the alarms of all machines: beside the machine's room and the watch, not in
/// their place. And what people do with alarms. Everything on the socket's event loop, but for the answers.
extension MachinesHub {
    /// Whether the argument of `joinRoom` or `leaveRoom` means this room: `"$alarms"`, or an object that names it.
    static func namesAlarms(_ argument: SocketValue?) -> Bool {
        let name = argument?.stringValue ?? argument?.objectValue?["machine"]?.stringValue
        return name == WireEvents.alarmsRoom
    }

    /// The answer has the list; what changes in the same moment may be in it and come as an event too.
    func joinAlarms(_ event: EventContext, _ client: MachineClient) {
        if !client.followsAlarms {
            client.followsAlarms = true
            client.socket.join(WireEvents.alarmsRoom)
            self.counts.roomChanged(WireEvents.alarmsRoom)
        }
        event.acknowledge(WireEvents.joinedAlarms(self.alarms.current(machine: nil), now: self.clock.now()))
    }

    func leaveAlarms(_ event: EventContext, _ client: MachineClient) {
        if client.followsAlarms {
            client.followsAlarms = false
            client.socket.leave(WireEvents.alarmsRoom)
            self.counts.roomChanged(WireEvents.alarmsRoom)
        }
        event.acknowledge(["ok": true])
    }

    /// `acknowledgeAlarm`, `shelveAlarm`, `unshelveAlarm`: answered after the commit. Clients need not be in a room.
    func change(
        _ action: AlarmRequest.Action,
        _ event: EventContext,
        _ client: MachineClient
    ) throws(ClientError) {
        guard client.alarmRequests.take(now: .now()) else {
            throw ClientError(
                .tooFast,
                "At most \(Limits.alarmRequestsBurst) at once, then \(Limits.alarmRequestsPerSecond) a second.")
        }
        let guest = client.username ?? "Guest"
        let request: AlarmRequest
        do throws(StrictObject.Mistake) {
            request = try AlarmRequest(action, event.arguments.first, namesAlarm: true, guest: guest)
        } catch {
            throw ClientError(.badRequest, error.message)
        }
        guard let id = request.id else { throw ClientError(.badRequest, "\"id\" must be an alarm's.") }
        // A task for what a person does; the desk bounds how many wait for their commit.
        Task {
            do throws(AlarmError) {
                let alarm = try await self.alarms.perform(request, on: id)
                event.acknowledge(WireEvents.changed(alarm))
            } catch {
                self.refuse(event, ClientError(error))
            }
        }
    }
}
