package import SocketIO
package import TelemetryCore

/// The argument of `chatMessage`, checked: the text alone, or an object that says more.
package struct ChatRequest: Equatable, Sendable {
    package let text: String
    package let kind: RoomMessage.Kind
    /// The moment in the chart it is about; a note without one is about the time at which it is made.
    package let at: Timestamp?

    /// Reads the event's first argument: `"text"` or `{"text":…,"kind":"message"|"note","at":…}`. Members it does not
    /// know are left alone.
    package init(_ argument: SocketValue?, now: Timestamp) throws(ClientError) {
        if let text = argument?.stringValue {
            self.text = try Self.text(text)
            self.kind = .message
            self.at = nil
            return
        }
        guard let object = argument?.objectValue else {
            throw ClientError(.badText, "A message is text of 1 to \(Limits.chatTextBytesMax) bytes.")
        }
        self.text = try Self.text(object["text"]?.stringValue)
        self.kind = try Self.kind(object["kind"])
        let at = try Self.time(object["at"])
        self.at = self.kind == .note ? at ?? now : at
    }

    private static func text(_ text: String?) throws(ClientError) -> String {
        guard let text = text.flatMap(ChatText.message) else {
            throw ClientError(.badText, "A message is text of 1 to \(Limits.chatTextBytesMax) bytes.")
        }
        return text
    }

    private static func kind(_ value: SocketValue?) throws(ClientError) -> RoomMessage.Kind {
        guard let value, !value.isNull else { return .message }
        switch value.stringValue {
        case "message": return .message
        case "note": return .note
        default: throw ClientError(.badRequest, "\"kind\" must be \"message\" or \"note\".")
        }
    }

    /// ISO 8601 with a zone, or a number as in a reading.
    private static func time(_ value: SocketValue?) throws(ClientError) -> Timestamp? {
        guard let value, !value.isNull else { return nil }
        let time = value.stringValue.flatMap { Timestamp(iso8601: $0) } ?? value.doubleValue.flatMap(Self.time(unix:))
        guard let time else {
            throw ClientError(.badRequest, "\"at\" must be a time like \"2026-11-21T09:41:26.123Z\".")
        }
        return time
    }

    private static func time(unix number: Double) -> Timestamp? { Timestamp(unixNumber: number) }
}
