import NIOCore
import SocketIO
import TelemetryCore

/// What people say in a machine's room. Everything on the socket's event loop, but what follows a commit.
extension MachinesHub {
    /// `chatMessage`: kept first, then to everyone in the room, the sender too; then the acknowledgement. What was
    /// acknowledged, or seen by anybody, is in the database.
    func chatMessage(_ event: EventContext, _ client: MachineClient, _ loop: MachineLoop) throws(ClientError) {
        guard let machine = client.current else {
            throw ClientError(.notInRoom, "Join a machine first; a message goes to its room.")
        }
        let now = self.clock.now()
        let request = try ChatRequest(event.arguments.first, now: now)
        try Self.takeTurn(client)
        let draft = MessageDraft(
            machine: machine,
            kind: request.kind,
            sender: client.username ?? ChatText.guestName,
            text: request.text,
            timestamp: now,
            at: request.at
        )
        self.messages.post(draft) { result in
            switch result {
            case .success(let message):
                self.emit(message)
                event.acknowledge(["ok": true, "id": .number(Int(message.id ?? 0))])
            case .failure(let error):
                self.refuse(event, ClientError(.unavailable, "The message could not be kept: \(error.text)."))
            }
        }
    }

    /// `rename`: another name, or none with null, without leaving the room.
    func rename(_ event: EventContext, _ client: MachineClient, _ loop: MachineLoop) throws(ClientError) {
        let argument = event.arguments.first
        let name = try JoinRequest.username(argument?.objectValue?["username"] ?? argument)
        let before = client.username
        if name != before {
            try Self.takeTurn(client)
            client.username = name
            if let machine = client.current {
                self.announceRenaming(from: before, to: name, machine)
                self.presence.enter(client.socket.id, machine, as: name, at: self.clock.now())
            }
        }
        event.acknowledge(["ok": true, "username": name.map { SocketValue.string($0) } ?? .null])
    }

    /// Only people with a name are announced: dashboards come and go by the hundred.
    func announceComing(_ client: MachineClient, _ machine: MachineID) {
        guard let name = client.username else { return }
        self.note("\(name) joined", in: machine)
    }

    func announceLeaving(_ client: MachineClient, _ machine: MachineID) {
        guard let name = client.username else { return }
        self.note("\(name) left", in: machine)
    }

    private func announceRenaming(from before: String?, to name: String?, _ machine: MachineID) {
        switch (before, name) {
        case (.some(let before), .some(let name)): self.note("\(before) is now \(name)", in: machine)
        case (.none, .some(let name)): self.note("\(name) joined", in: machine)
        case (.some(let before), .none): self.note("\(before) is now a guest", in: machine)
        case (.none, .none): break
        }
    }

    private func note(_ text: String, in machine: MachineID) {
        self.emit(
            self.messages.notice(text, sender: ChatText.serverName, machine: machine, at: self.clock.now()))
    }

    /// Any thread.
    private func emit(_ message: RoomMessage) {
        self.namespace.to(WireEvents.room(of: message.machine)).emit(WireEvents.message, WireEvents.message(message))
    }

    private static func takeTurn(_ client: MachineClient) throws(ClientError) {
        guard client.chat.take(now: .now()) else {
            throw ClientError(.tooFast, "At most \(Limits.chatBurst) messages at once, then one a second.")
        }
    }
}
