/// Why something about alarms was refused. Each with one line for people.
package enum AlarmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A member makes no sense (400).
    case invalid(String)
    /// No such rule, alarm or episode (404).
    case notFound(String)
    /// A rule of the configuration cannot be edited from here (409).
    case configured(String)
    /// The alarm is in no state for it: nothing to acknowledge, not shelved (409).
    case conflict(String)
    /// As many as there may be (409 or 507).
    case full(String)
    /// The database takes no writes now, or the store is stopping: nothing was changed, try again (503).
    case unavailable(String)

    package var description: String {
        switch self {
        case .invalid(let text), .notFound(let text), .configured(let text), .conflict(let text), .full(let text),
            .unavailable(let text):
            text
        }
    }
}
