package import TelemetryCore

/// One line of a machine's log: what somebody wrote, or a notice of the server.
package struct RoomMessage: Equatable, Sendable {
    package let sender: String
    package let text: String
    package let timestamp: Timestamp

    /// A line as it was said.
    package init(sender: String, text: String, timestamp: Timestamp) {
        self.sender = sender
        self.text = text
        self.timestamp = timestamp
    }
}
