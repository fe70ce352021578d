package import SocketIO
package import TelemetryCore

/// What somebody wants done with an alarm, over HTTP or Socket.IO, checked as far as that goes without the alarm.
package struct AlarmRequest: Equatable, Sendable {
    package enum Action: String, CaseIterable, Sendable {
        case acknowledge, shelve, unshelve
    }

    /// Nil: the request does not say (over HTTP the path does).
    package let id: Alarm.ID?
    package let action: Action
    package let by: String
    /// May be empty.
    package let comment: String
    /// How long to shelve; nothing else looks at it.
    package let duration: Duration

    /// Reads `{"by":…,"comment":…}`, with `"minutes"` for shelve, and with `"id"` over Socket.IO.
    ///
    /// - Parameters:
    ///   - value: nil: an empty object.
    ///   - guest: who it is when `by` is absent.
    package init(
        _ action: Action,
        _ value: SocketValue?,
        namesAlarm: Bool,
        guest: String
    ) throws(StrictObject.Mistake) {
        let known = (namesAlarm ? ["id"] : []) + (action == .shelve ? ["minutes"] : []) + ["by", "comment"]
        let object = try StrictObject(value, known: known)
        self.action = action
        self.id = namesAlarm ? try Self.id(try object.text("id")) : nil
        self.by = try Self.name(try object.text("by")) ?? guest
        self.comment = try Self.comment(try object.text("comment"))
        self.duration = try Self.duration(minutes: try object.number("minutes"))
    }

    private static func id(_ text: String?) throws(StrictObject.Mistake) -> Alarm.ID {
        guard let id = text.flatMap(Alarm.ID.init) else {
            throw StrictObject.Mistake("\"id\" must be an alarm's, such as \"press-high:machineA\".")
        }
        return id
    }

    private static func name(_ text: String?) throws(StrictObject.Mistake) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let bytesMax = TelemetryCore.Limits.alarmNameBytesMax
        guard let name = ChatText.userName(text), name.utf8.count <= bytesMax else {
            throw StrictObject.Mistake(
                "\"by\" must be a name of 1 to \(bytesMax) bytes on one line, and not \"Server\".")
        }
        return name
    }

    private static func comment(_ text: String?) throws(StrictObject.Mistake) -> String {
        guard let text, !text.allSatisfy(\.isWhitespace) else { return "" }
        let bytesMax = TelemetryCore.Limits.alarmTextBytesMax
        guard let comment = ChatText.message(text), comment.utf8.count <= bytesMax else {
            throw StrictObject.Mistake(
                "\"comment\" must be text of at most \(bytesMax) bytes without control characters.")
        }
        return comment
    }

    private static func duration(minutes: Double?) throws(StrictObject.Mistake) -> Duration {
        let milliseconds = ((minutes ?? Limits.shelveMinutesDefault) * 60_000).rounded()
        let longest = TelemetryCore.Limits.alarmShelveMillisecondsMax
        let allowed = TelemetryCore.Limits.alarmShelveMillisecondsMin...longest
        guard let exact = Int64(exactly: milliseconds), allowed.contains(exact) else {
            throw StrictObject.Mistake(
                "\"minutes\" must be a number above 0 and at most \(longest / 60_000): "
                    + "whatever is shelved comes back by itself.")
        }
        return .milliseconds(exact)
    }
}
