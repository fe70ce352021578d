import HTTPTypes
package import TelemetryCore

/// The query of `GET /api/alarms/history`, checked.
package struct AlarmHistoryQuery: Equatable, Sendable {
    /// Nil: of all machines.
    package var machine: MachineID?
    /// At most so many, the newest ones.
    package var limit = Limits.alarmEventsDefault
    /// Where the page ends; nil: at the newest.
    package var before: AlarmHistoryEnd?

    /// Reads the parameters (names and decoded values) of a query; unknown ones are an error.
    package init(parameters: [(name: String, value: String)]) throws(Problem) {
        for (name, value) in parameters {
            switch name {
            case "machine": self.machine = try Self.machine(value)
            case "limit": self.limit = try Self.limit(value)
            case "before": self.before = try Self.end(value)
            default:
                throw Problem(
                    .badRequest, "Unknown parameter \(excerpt(name)); there are machine, limit and before.")
            }
        }
    }

    /// The value of a parameter `machine`. A machine that has not sent a reading yet is no error.
    package static func machine(_ value: String) throws(Problem) -> MachineID {
        guard let machine = MachineID(value) else {
            throw Problem(
                .badRequest,
                "\"machine\" is \(excerpt(value)); a name is 1 to 64 of A-Z a-z 0-9 . _ -, "
                    + "and does not begin with . or -."
            )
        }
        return machine
    }

    private static func limit(_ value: String) throws(Problem) -> Int {
        let limitMax = TelemetryCore.Limits.alarmEventsPageMax
        guard let limit = Int(value), (1...limitMax).contains(limit) else {
            throw Problem(
                .badRequest,
                "\"limit\" is \(excerpt(value)); it must be a whole number from 1 to \(limitMax)."
            )
        }
        return limit
    }

    private static func end(_ value: String) throws(Problem) -> AlarmHistoryEnd {
        if let id = Int64(value), id >= 0 { return .event(id) }
        if let time = Timestamp(iso8601: value) { return .time(time) }
        throw Problem(
            .badRequest,
            "\"before\" is \(excerpt(value)); it must be the \"id\" of an event, or a time in ISO 8601 with a zone."
        )
    }
}
