import TelemetryCore

/// From the time of a recording to the time at which a line is played, and to the time that its reading gets.
struct ReplayTimes {
    /// Of the first line, in the recording's time.
    let first: Int64
    /// Of the last line; past it nothing is stamped.
    let last: Int64
    /// Where `first` is on our clock, when the readings are shifted.
    let start: Timestamp
    let options: ReplayOptions

    /// How long after the start the line with this time in the recording is played; nil: at once.
    func delay(of playTime: Int64) -> Duration? {
        guard case .times(let speed) = self.options.speed, playTime > self.first else { return nil }
        return .milliseconds(Int64(Double(playTime - self.first) / speed))
    }

    /// The source time of a reading that has this time in the recording.
    func stamp(_ time: Int64) -> Timestamp {
        switch (self.options.timeBase, self.options.speed) {
        case (.original, _): Timestamp(milliseconds: time)
        case (.now, .times(let speed)):
            self.start.adding(milliseconds: Int64((Double(time - self.first) / speed).rounded(.down)))
        case (.now, .max): self.start.adding(milliseconds: time - self.last)
        }
    }
}
