/// The database refuses what is to be written; it is tried again and again.
package struct StoreFailing: Sendable, Equatable {
    /// Of the first attempt that failed.
    package let since: Timestamp
    /// One line: what SQLite said last.
    package internal(set) var reason: String
    /// That came meanwhile and were not stored. Whoever sent them was told: it has them still, or it has not.
    package internal(set) var refusedReadings = 0

    /// For people, one line.
    package var text: String {
        "\(self.reason), since \(self.since.iso8601); readings refused: \(self.refusedReadings)"
    }
}
