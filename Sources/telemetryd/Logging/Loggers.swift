import Logging

/// Makes the loggers of the parts: one format, one threshold.
struct Loggers {
    let threshold: LogThreshold
    private let format: LogFormat

    init(_ configuration: Configuration) {
        self.threshold = LogThreshold(configuration.logLevel)
        self.format = configuration.logFormat
    }

    /// The logger of this part.
    subscript(label: String) -> Logger {
        let (format, threshold) = (self.format, self.threshold)
        return Logger(label: label) { label in
            StandardErrorLogHandler(label: label, format: format, threshold: threshold)
        }
    }
}
