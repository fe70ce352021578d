/// How a line of the log is written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: `2026-11-21T09:41:26.123Z info mqtt: connected broker=mqtt://localhost:1883`
    case text
    /// For collectors: one JSON object a line.
    case json
}
