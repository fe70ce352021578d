/// A message that is not kept yet: it has no number.
package struct MessageDraft: Equatable, Sendable {
    package var machine: MachineID
    package var kind: RoomMessage.Kind
    package var sender: String
    package var text: String
    package var timestamp: Timestamp
    package var at: Timestamp?

    package init(
        machine: MachineID,
        kind: RoomMessage.Kind,
        sender: String,
        text: String,
        timestamp: Timestamp,
        at: Timestamp? = nil
    ) {
        self.machine = machine
        self.kind = kind
        self.sender = sender
        self.text = text
        self.timestamp = timestamp
        self.at = at
    }

    /// With the number it was kept under.
    func numbered(_ id: Int64?) -> RoomMessage {
        RoomMessage(
            id: id,
            machine: self.machine,
            kind: self.kind,
            sender: self.sender,
            text: self.text,
            timestamp: self.timestamp,
            at: self.at
        )
    }
}
