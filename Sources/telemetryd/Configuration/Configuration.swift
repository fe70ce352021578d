package import Ingest
package import Logging
package import TelemetryCore

/// What the daemon is to do: typed and checked. Made once, passed down in parts, read nowhere else.
package struct Configuration: Sendable {
    /// Where a directory comes from.
    package enum Directory: Equatable, Sendable {
        /// Named by the user; it must exist.
        case named(String, origin: String)
        /// To be looked for.
        case found
    }

    package var simulation: SimulationOptions?
    package var replays: [ReplayOptions]
    package var mqtt: MQTTOptions
    /// Nil: none is started.
    package var broker: BrokerOptions?
    /// `PATH`.
    package var searchPath: String?
    package var readings: ReadingOptions
    /// The rules of the configuration file.
    package var alarms: [AlarmRule]
    package var host: String
    package var port: Int
    package var historyPerMachine: Int
    /// Beside the number per machine.
    package var retention: Retention
    package var databasePath: String
    package var publicDirectory: Directory
    /// Directory with the official Socket.IO browser client (`TELEMETRYD_VENDOR`, for tests and packages).
    package var vendorDirectory: Directory
    /// Worth a line in the log at the start.
    package var warnings: [String]
    package var logLevel: Logger.Level
    package var logFormat: LogFormat

    /// Checks everything that was asked for. Flags beat the environment, and that beats the file.
    package init(
        options: RawOptions,
        environment: [String: String],
        file: ConfigurationFile = .none
    ) throws(ConfigurationError) {
        if let problem = file.problems.first { throw problem }
        let reader = SettingReader(options: options, environment: environment, file: file)
        // The log first: the errors of the rest do not use it, but a bad value of it should not hide behind others.
        self.logLevel = try reader.setting("log-level")?.word(Logger.Level.self) ?? .info
        self.logFormat = try reader.setting("log-format")?.word(LogFormat.self) ?? .text

        self.host = try reader.setting("host")?.host() ?? "127.0.0.1"
        self.port = try reader.setting("port")?.integer(in: 0...65_535, "a port") ?? 3_000
        self.retention = try StoreOptions.retention(reader)
        // Who bounds by time or size means that to be the bound: the number then only is not to be in the way.
        self.historyPerMachine =
            try reader.setting("history")?.integer(in: 1...Limits.historyMax, "a number of readings")
            ?? (self.retention == Retention() ? 1_000 : Limits.historyMax)
        self.databasePath = try Self.databasePath(reader, environment: environment)
        self.publicDirectory = Self.directory(reader.setting("public"))
        let vendor = environment["TELEMETRYD_VENDOR"] ?? ""
        self.vendorDirectory = vendor.isEmpty ? .found : .named(vendor, origin: "TELEMETRYD_VENDOR")

        self.simulation = try SimulationOptions(reader)
        self.replays = try Self.replays(reader)
        self.readings = try ReadingOptions(reader)
        self.alarms = file.alarms.map(\.rule)
        self.mqtt = try MQTTOptions(reader, databasePath: self.databasePath)
        self.warnings = self.mqtt.warnings + Self.unknownVariables(environment)
        self.broker = try BrokerOptions(reader)
        self.searchPath = environment["PATH"]
        let hasBroker = self.broker != nil || !self.mqtt.sources.isEmpty
        if self.mqtt.sparkplug != nil, !hasBroker, let setting = reader.setting("sparkplug") {
            throw setting.refused("it needs a broker: --mqtt URL or --broker")
        }
        guard self.simulation != nil || !self.replays.isEmpty || hasBroker else { throw Self.noSource }
    }

    /// What a first user needs to see: there is nothing to do without a source, and how to give one.
    package static let noSource = ConfigurationError(
        """
        telemetryd: no source of readings is given. Try one of
          telemetryd --simulate machineA,machineB     two simulated machines
          telemetryd --mqtt mqtt://localhost:1883     readings from an MQTT broker
        telemetryd --help lists every option.
        """
    )

    /// Where the database is: also for the commands that only read it.
    static func databasePath(
        _ reader: SettingReader,
        environment: [String: String]
    ) throws(ConfigurationError) -> String {
        if let named = try reader.setting("database")?.path() { return named }
        // systemd may list several state directories, separated by colons; the first is ours.
        let stateDirectory = (environment["STATE_DIRECTORY"] ?? "").prefix { $0 != ":" }
        return stateDirectory.isEmpty ? "telemetry.sqlite" : "\(stateDirectory)/telemetry.sqlite"
    }

    /// Variables that look like ours and are not: nobody else would tell of a misspelt one.
    private static func unknownVariables(_ environment: [String: String]) -> [String] {
        let known = OptionTable.all.flatMap(\.variables) + ["TELEMETRYD_VENDOR"]
        let unknown = environment.keys.filter { $0.hasPrefix("TELEMETRYD_") && !known.contains($0) }
        return unknown.sorted().map { name in
            let hint = Spelling.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
            return "the variable \(name) is no option of ours\(hint)"
        }
    }

    private static func replays(_ reader: SettingReader) throws(ConfigurationError) -> [ReplayOptions] {
        let mapping = reader.settings("replay-map").map(\.value)
        var replays: [ReplayOptions] = []
        for setting in reader.settings("replay") {
            do {
                replays.append(try ReplayOptions(parsing: setting.value, mapping: mapping))
            } catch {
                throw setting.refused(error.description)
            }
        }
        return replays
    }

    private static func directory(_ setting: SettingReader.Setting?) -> Directory {
        setting.map { .named($0.value, origin: $0.origin) } ?? .found
    }
}

extension SettingReader.Setting {
    /// The value as an address to listen on, an IPv6 address without brackets.
    func host() throws(ConfigurationError) -> String {
        let host = self.value
        let isPlausible = !host.isEmpty && host.utf8.count <= 255 && !host.utf8.contains { $0 <= 0x20 || $0 == 0x7f }
        guard isPlausible, !host.hasPrefix("http:"), !host.contains("/") else {
            throw self.refused("it must be a host name or an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::")
        }
        if host.first == "[", host.last == "]" { return String(host.dropFirst().dropLast()) }
        return host
    }
}
