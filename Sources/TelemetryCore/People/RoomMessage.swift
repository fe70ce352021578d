/// One line of a machine's log: what somebody wrote, or a notice of the server.
package struct RoomMessage: Equatable, Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        /// Said to those who are there.
        case message
        /// To be found again at its moment in the chart.
        case note
        /// Of the server: somebody came or went. Not kept in the database.
        case notice
    }

    /// Unique among all that was ever kept, rising; `nil`: a notice.
    package let id: Int64?
    package let machine: MachineID
    package let kind: Kind
    package let sender: String
    package let text: String
    /// When it was said.
    package let timestamp: Timestamp
    /// The moment in the chart that it is about.
    package let at: Timestamp?

    /// A line as it was said. The texts are bounded by who takes them in.
    package init(
        id: Int64?,
        machine: MachineID,
        kind: Kind,
        sender: String,
        text: String,
        timestamp: Timestamp,
        at: Timestamp? = nil
    ) {
        self.id = id
        self.machine = machine
        self.kind = kind
        self.sender = sender
        self.text = text
        self.timestamp = timestamp
        self.at = at
    }
}
