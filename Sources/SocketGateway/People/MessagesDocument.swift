package import TelemetryCore

/// A message on the wire, and the answer of `GET /api/machines/{machine}/messages`: what was said in the machine's
/// room, newest last.
package enum MessagesDocument {
    /// `[{"sender":…,"text":…,"timestamp":…,…},…]`
    package static func json(of messages: [RoomMessage]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(UInt8(ascii: "["))
        for (index, message) in messages.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.write(message, into: &bytes)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }

    /// `{"sender":…,"text":…,"timestamp":…,"id":…,"kind":…,"at":…,"machine":…}`: `id` where it is kept (not of
    /// notices), `at` where it is about a moment in the chart.
    package static func write(_ message: RoomMessage, into bytes: inout [UInt8]) {
        bytes.append(text: #"{"sender":"#)
        JSONText.write(message.sender, into: &bytes)
        bytes.append(text: #","text":"#)
        JSONText.write(message.text, into: &bytes)
        bytes.append(text: #","timestamp":"\#(message.timestamp.iso8601)""#)
        if let id = message.id { bytes.append(text: #","id":\#(id)"#) }
        bytes.append(text: #","kind":"\#(message.kind.rawValue)""#)
        if let at = message.at { bytes.append(text: #","at":"\#(at.iso8601)""#) }
        bytes.append(text: #","machine":"\#(message.machine.name)"}"#)
    }
}
