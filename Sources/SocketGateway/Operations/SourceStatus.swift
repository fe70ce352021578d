package import TelemetryCore

/// How one source of readings is doing, as `/readyz` shows it.
package struct SourceStatus: Equatable, Sendable {
    /// "mqtt", "simulator".
    package let name: String
    package let isWorking: Bool
    /// One line for a person: where it is connected to, or why it is not.
    package let detail: String
    /// Since when it works or does not; nil where that never changes.
    package let since: Timestamp?
    /// For `/metrics`.
    package let counters: Counters

    /// What came through a source since the start of the process. Zero what it does not count.
    package struct Counters: Equatable, Sendable {
        package var messages = 0
        /// Bytes of their payloads.
        package var bytes = 0
        package var committedReadings = 0
        /// Messages, or elements of them, that were refused.
        package var refused = 0
        /// Connections that were lost or could not be made.
        package var reconnects = 0

        package init() {}
    }

    /// A status at this moment.
    package init(
        name: String, isWorking: Bool, detail: String, since: Timestamp? = nil, counters: Counters = Counters()
    ) {
        self.name = name
        self.isWorking = isWorking
        self.detail = detail
        self.since = since
        self.counters = counters
    }
}
