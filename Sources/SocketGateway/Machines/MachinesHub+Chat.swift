import NIOCore
import SocketIO
import TelemetryCore

/// What people say in a machine's room. Everything on the socket's event loop.
extension MachinesHub {
    /// `chatMessage`: to everyone in the room, the sender too, and into the machine's log.
    func chatMessage(_ event: EventContext, _ client: MachineClient, _ loop: MachineLoop) throws(ClientError) {
        guard let machine = client.current else {
            throw ClientError(.notInRoom, "Join a machine first; a message goes to its room.")
        }
        guard let text = event.arguments.first?.stringValue.flatMap(ChatText.message) else {
            throw ClientError(.badText, "A message is text of 1 to \(Limits.chatTextBytesMax) bytes.")
        }
        guard client.chat.take(now: .now()) else {
            throw ClientError(.tooFast, "At most \(Limits.chatBurst) messages at once, then one a second.")
        }
        self.say(text, as: client.username ?? "Guest", to: machine)
        event.acknowledge(["ok": true])
    }

    /// Only people with a name are announced: dashboards come and go by the hundred.
    func announceComing(_ client: MachineClient, _ machine: MachineID) {
        guard let name = client.username else { return }
        self.say("\(name) joined", as: ChatText.serverName, to: machine)
    }

    func announceLeaving(_ client: MachineClient, _ machine: MachineID) {
        guard let name = client.username else { return }
        self.say("\(name) left", as: ChatText.serverName, to: machine)
    }

    private func say(_ text: String, as sender: String, to machine: MachineID) {
        let message = RoomMessage(sender: sender, text: text, timestamp: self.clock.now())
        self.messages.append(message, to: machine)
        self.namespace.to(WireEvents.room(of: machine)).emit(WireEvents.message, WireEvents.message(message))
    }
}
