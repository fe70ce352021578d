import Logging
import TelemetryCore

/// Writes the log to standard error, a line for each event.
struct StandardErrorLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    private let threshold: LogThreshold
    /// Of this logger alone, when somebody has set it.
    private var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, format: LogFormat, threshold: LogThreshold) {
        self.label = label
        self.format = format
        self.threshold = threshold
    }

    var logLevel: Logger.Level {
        get { self.ownLevel ?? self.threshold.level }
        set { self.ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { _, new in new } }
        if let own = event.metadata { metadata.merge(own) { _, new in new } }
        if let error = event.error { metadata["error"] = "\(error)" }
        let line = LogLine.make(
            format: self.format,
            time: WallClock.system.now(),
            label: self.label,
            level: event.level,
            message: event.message.description,
            metadata: metadata
        )
        StandardStreams.error(line)
    }
}
