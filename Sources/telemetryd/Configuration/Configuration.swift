package import Logging
package import TelemetryCore

/// What the daemon is to do: typed and checked. Made once, passed down in parts, read nowhere else.
package struct Configuration: Sendable {
    /// The built-in generator's part.
    package struct Simulation: Equatable, Sendable {
        package var machines: [MachineID]
        package var interval: Duration
        /// Nil: another one for each run.
        package var seed: UInt64?
    }

    /// Where a directory comes from.
    package enum Directory: Equatable, Sendable {
        /// Named by the user; it must exist.
        case named(String, origin: String)
        /// To be looked for.
        case found
    }

    package var simulation: Simulation?
    package var mqtt: MQTTOptions?
    package var host: String
    package var port: Int
    package var historyPerMachine: Int
    package var databasePath: String
    package var publicDirectory: Directory
    /// Directory with the official Socket.IO browser client (`TELEMETRYD_VENDOR`, for tests and packages).
    package var vendorDirectory: Directory
    package var logLevel: Logger.Level
    package var logFormat: LogFormat

    /// Checks everything that was asked for. Flags beat the environment.
    package init(options: RawOptions, environment: [String: String]) throws(ConfigurationError) {
        let reader = SettingReader(environment: environment)
        // The log first: the errors of the rest do not use it, but a bad value of it should not hide behind others.
        self.logLevel =
            try reader.setting("--log-level", options.logLevel, "TELEMETRYD_LOG_LEVEL")?.word(Logger.Level.self)
            ?? .info
        self.logFormat =
            try reader.setting("--log-format", options.logFormat, "TELEMETRYD_LOG_FORMAT")?.word(LogFormat.self)
            ?? .text

        let host = reader.setting("--host", options.host, "TELEMETRYD_HOST", "HOST")
        self.host = try host.map(Self.host) ?? "127.0.0.1"
        let port = reader.setting("--port", options.port, "TELEMETRYD_PORT", "PORT")
        self.port = try port?.integer(in: 0...65_535, "a port") ?? 3_000
        let history = reader.setting("--history", options.history, "TELEMETRYD_HISTORY")
        self.historyPerMachine = try history?.integer(in: 1...Limits.historyMax, "a number of readings") ?? 1_000

        let stateDirectory = environment["STATE_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
        self.databasePath =
            reader.setting("--database", options.database, "TELEMETRYD_DATABASE")?.value
            ?? stateDirectory.map { "\(Self.first(of: $0))/telemetry.sqlite" }
            ?? "telemetry.sqlite"
        self.publicDirectory = Self.directory(
            reader.setting("--public", options.publicDirectory, "TELEMETRYD_PUBLIC")
        )
        self.vendorDirectory = Self.directory(reader.setting("TELEMETRYD_VENDOR", nil, "TELEMETRYD_VENDOR"))

        self.simulation = try Self.simulation(options, reader)
        self.mqtt = try MQTTOptions(options, reader)
        guard self.simulation != nil || self.mqtt != nil else { throw Self.noSource }
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

    /// systemd may list several state directories, separated by colons; the first is ours.
    private static func first(of stateDirectories: String) -> Substring {
        stateDirectories.prefix { $0 != ":" }
    }

    private static func host(_ setting: SettingReader.Setting) throws(ConfigurationError) -> String {
        let host = setting.value
        let isPlausible = !host.isEmpty && host.utf8.count <= 255 && !host.utf8.contains { $0 <= 0x20 || $0 == 0x7f }
        guard isPlausible, !host.hasPrefix("http:"), !host.contains("/") else {
            throw setting.refused("it must be a host name or an address to listen on, such as 127.0.0.1, 0.0.0.0 or ::")
        }
        if host.first == "[", host.last == "]" { return String(host.dropFirst().dropLast()) }
        return host
    }

    private static func directory(_ setting: SettingReader.Setting?) -> Directory {
        setting.map { .named($0.value, origin: $0.origin) } ?? .found
    }

    private static func simulation(
        _ options: RawOptions,
        _ reader: SettingReader
    ) throws(ConfigurationError) -> Simulation? {
        let machines = reader.setting("--simulate", options.simulate, "TELEMETRYD_SIMULATE")
        let interval = reader.setting("--simulate-interval", options.simulateInterval, "TELEMETRYD_SIMULATE_INTERVAL")
        let seed = reader.setting("--simulate-seed", options.simulateSeed, "TELEMETRYD_SIMULATE_SEED")
        // Checked even when nothing is simulated: a bad value is a mistake whether or not it matters now.
        let checkedInterval = try interval.map(Self.simulateInterval) ?? .seconds(1)
        let checkedSeed = try seed.map(Self.seed)
        guard let machines else { return nil }
        return Simulation(machines: try Self.machines(machines), interval: checkedInterval, seed: checkedSeed)
    }

    private static func machines(_ setting: SettingReader.Setting) throws(ConfigurationError) -> [MachineID] {
        var machines: [MachineID] = []
        for name in setting.value.split(separator: ",", omittingEmptySubsequences: false) {
            guard let machine = MachineID(String(name)) else {
                throw setting.refused(
                    "it must be machine names with commas between; a name is 1 to 64 of A-Z a-z 0-9 . _ - and starts "
                        + "with neither . nor -"
                )
            }
            guard !machines.contains(machine) else { throw setting.refused("\(name) is in it twice") }
            machines.append(machine)
        }
        guard machines.count <= Limits.simulatedMachinesMax else {
            throw setting.refused("it must be at most \(Limits.simulatedMachinesMax) machines")
        }
        return machines
    }

    private static func simulateInterval(_ setting: SettingReader.Setting) throws(ConfigurationError) -> Duration {
        guard let interval = TimeSpan.parse(setting.value),
            (Limits.simulateIntervalMin...Limits.simulateIntervalMax).contains(interval)
        else { throw setting.refused("it must be a time such as 100ms or 1s, from 1ms to 60m") }
        return interval
    }

    private static func seed(_ setting: SettingReader.Setting) throws(ConfigurationError) -> UInt64 {
        guard let seed = UInt64(setting.value) else {
            throw setting.refused("it must be a whole number from 0 to \(UInt64.max)")
        }
        return seed
    }
}
