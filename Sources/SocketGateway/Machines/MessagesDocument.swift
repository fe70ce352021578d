import TelemetryCore

/// The answer of `GET /api/machines/{machine}/messages`: what was said in the machine's room, newest last.
package enum MessagesDocument {
    /// `[{"sender":…,"text":…,"timestamp":…},…]`
    package static func json(of messages: [RoomMessage]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(UInt8(ascii: "["))
        for (index, message) in messages.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"sender":"#)
            JSONText.write(message.sender, into: &bytes)
            bytes.append(text: #","text":"#)
            JSONText.write(message.text, into: &bytes)
            bytes.append(text: #","timestamp":"\#(message.timestamp.iso8601)"}"#)
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}
