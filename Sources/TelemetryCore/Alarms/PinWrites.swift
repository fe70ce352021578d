/// What one write pins.
struct PinWrites: Sendable {
    /// A window that was opened.
    struct Window: Hashable, Sendable {
        let episode: Int64
        let alarm: Alarm.ID
        let from: Timestamp
        let to: Timestamp
        /// Sequence of its first reading.
        let first: Int64
    }

    /// A window that has ended, with the sequence of its last reading.
    struct End: Hashable, Sendable {
        let episode: Int64
        let last: Int64
    }

    /// Readings of one machine, up to a sequence.
    struct Run: Sendable {
        let machine: MachineID
        let readings: [StoredReading]
        let through: Int64
    }

    /// What there is after a write.
    struct Totals: Hashable, Sendable {
        /// Readings in all windows.
        var readings = 0
        var windows = 0
        /// Episodes whose windows went.
        var dropped: Set<Int64> = []
    }

    var windows: [Window] = []
    var runs: [Run] = []
    var ends: [End] = []
    /// There is more to copy than one write takes.
    var hasMore = false
    /// Readings in all windows before.
    var readingsBefore = 0
    /// Windows before.
    var windowsBefore = 0

    var isEmpty: Bool { self.windows.isEmpty && self.runs.isEmpty && self.ends.isEmpty }
}
