import Logging
import TelemetryCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What can be changed in a running gateway, and how SIGHUP changes it.
struct LiveSettings: Sendable {
    private var reload: ConfigurationReload
    private var expectations: [ReadingOptions.Expectation]
    private let store: TelemetryStore
    private let threshold: LogThreshold
    private let logger: Logger

    init(
        _ configuration: Configuration,
        reload: ConfigurationReload,
        store: TelemetryStore,
        threshold: LogThreshold,
        logger: Logger
    ) {
        self.reload = reload
        self.expectations = configuration.readings.expectations
        self.store = store
        self.threshold = threshold
        self.logger = logger
    }

    /// Reads the configuration file again and applies what can be applied. Blocks for a moment.
    mutating func readAgain(isInTerminal: Bool) {
        switch self.reload.again() {
        case .noFile where isInTerminal:
            // Then it means what it always meant: the terminal is gone.
            kill(getpid(), SIGTERM)
        case .noFile:
            self.logger.notice("SIGHUP: there is no configuration file to read again (--config)")
        case .refused(let problems):
            for problem in problems {
                self.logger.error(
                    "configuration not read again, all stays as it was", metadata: ["problem": "\(problem)"])
            }
        case .changed(let configuration, let atOnce, let restart):
            self.apply(configuration, atOnce)
            let applied = atOnce.sorted().joined(separator: ", ")
            self.logger.notice(
                "configuration read again", metadata: ["applied": "\(applied.isEmpty ? "nothing new" : applied)"])
            guard !restart.isEmpty else { return }
            let names = restart.joined(separator: ", ")
            self.logger.warning("these changes need a restart", metadata: ["options": "\(names)"])
        }
    }

    private mutating func apply(_ configuration: Configuration, _ options: Set<String>) {
        if options.contains("log-level") { self.threshold.level = configuration.logLevel }
        if options.contains("unit") { self.store.writer.setUnits(configuration.readings.units) }
        if options.contains(ConfigurationFile.alarmsKey) { self.store.alarms.setConfigured(configuration.alarms) }
        guard options.contains("expect") else { return }
        for old in self.expectations { self.store.directory.setExpectedInterval(nil, of: old.machine) }
        self.expectations = configuration.readings.expectations
        for new in self.expectations { self.store.directory.setExpectedInterval(new.interval, of: new.machine) }
    }
}
