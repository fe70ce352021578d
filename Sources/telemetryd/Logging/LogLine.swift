package import Logging
import SocketGateway
package import TelemetryCore

/// One event of the log as a line of text, without its line feed. Pure.
package enum LogLine {
    /// The line for `event` of the logger `label` at `time`. Values may come from outside: control characters are
    /// escaped, so an event is always one line.
    package static func make(
        format: LogFormat,
        time: Timestamp,
        label: String,
        level: Logger.Level,
        message: String,
        metadata: Logger.Metadata
    ) -> String {
        let fields = metadata.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
        switch format {
        case .text:
            var line = "\(time.iso8601) \(level.rawValue) \(label): \(Self.plain(message))"
            for field in fields { line += " \(field.name)=\(Self.quotedIfNeeded(field.value))" }
            return line
        case .json:
            var line = #"{"time":"\#(time.iso8601)","level":"\#(level.rawValue)","logger":"#
            line += JSONText.quoted(label) + #","message":"# + JSONText.quoted(message)
            for field in fields { line += ",\(JSONText.quoted(field.name)):\(JSONText.quoted(field.value))" }
            return line + "}"
        }
    }

    private static func plain(_ text: String) -> String {
        text.utf8.contains { $0 < 0x20 } ? JSONText.quoted(text) : text
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        let needsQuotes = text.isEmpty || text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
        return needsQuotes ? JSONText.quoted(text) : text
    }
}
