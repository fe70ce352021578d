package import SocketIO

/// Why a client's event was refused, as it is told: in the acknowledgement, or else as the event `errorMessage`.
package struct ClientError: Error, Equatable, Sendable {
    /// Stable names for programs.
    package enum Code: String, Sendable {
        /// No such machine has sent a reading yet.
        case unknownMachine = "unknown_machine"
        /// What was given cannot be a machine's name.
        case badMachine = "bad_machine"
        /// An argument is missing or is not what it must be.
        case badRequest = "bad_request"
        case badUsername = "bad_username"
        case badText = "bad_text"
        /// The event needs a room, and the client is in none.
        case notInRoom = "not_in_room"
        case tooFast = "too_fast"
        /// No rule has made such an alarm.
        case unknownAlarm = "unknown_alarm"
        /// The alarm is in no state for it.
        case conflict
        /// The database takes no writes now; nothing was changed.
        case unavailable
        /// A later `joinRoom` or a `leaveRoom` took the place of a join that was waiting.
        case superseded
    }

    package let code: Code
    /// One sentence for people.
    package let message: String

    /// An error with this code and sentence.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `{"code":…,"message":…}`
    package var wireValue: SocketValue {
        ["code": .string(self.code.rawValue), "message": .string(self.message)]
    }

    /// `{"ok":false,"error":{…}}`
    package var acknowledgement: SocketValue { ["ok": false, "error": self.wireValue] }
}
