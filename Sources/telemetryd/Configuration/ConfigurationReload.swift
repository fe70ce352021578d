/// What SIGHUP does: reads the configuration file again, and says which of the differences can be had at once.
package struct ConfigurationReload: Sendable {
    /// What came of it.
    package enum Outcome: Sendable {
        /// There is no configuration file.
        case noFile
        /// It cannot be read or used; everything stays as it was. One line each.
        case refused([String])
        /// The new configuration, the options to be applied now, and those that need a restart.
        case changed(Configuration, atOnce: Set<String>, restart: [String])
    }

    private let options: RawOptions
    private let environment: [String: String]
    private var file: ConfigurationFile

    /// With what the gateway was started with.
    package init(
        options: RawOptions,
        environment: [String: String],
        file: ConfigurationFile
    ) {
        self.options = options
        self.environment = environment
        self.file = file
    }

    /// Reads the file anew. Blocks for a moment. What needs a restart is named again each time until there is one.
    package mutating func again() -> Outcome {
        guard !self.file.path.isEmpty else { return .noFile }
        let new: ConfigurationFile
        let configuration: Configuration
        do {
            new = try ConfigurationFile(path: self.file.path)
            if !new.problems.isEmpty { return .refused(new.problems.map(\.description)) }
            configuration = try Configuration(options: self.options, environment: self.environment, file: new)
        } catch {
            return .refused(["\(error)"])
        }
        let before = SettingReader(options: self.options, environment: self.environment, file: self.file)
        let after = SettingReader(options: self.options, environment: self.environment, file: new)
        let differing = OptionTable.all.filter { option in
            before.settings(option.name).map(\.value) != after.settings(option.name).map(\.value)
        }
        var atOnce = differing.filter { $0.change == .atOnce }.map(\.name)
        if self.file.alarms.map(\.rule) != new.alarms.map(\.rule) { atOnce.append(ConfigurationFile.alarmsKey) }
        self.file = self.file.taking(Set(atOnce), from: new)
        return .changed(
            configuration,
            atOnce: Set(atOnce),
            restart: differing.filter { $0.change == .restart }.map(\.name)
        )
    }
}

extension ConfigurationFile {
    /// This file with the entries of these options, and the alarms if they are named, as they are in the other one.
    fileprivate func taking(_ names: Set<String>, from other: ConfigurationFile) -> ConfigurationFile {
        var entries = self.entries
        for name in names { entries[name] = other.entries[name] }
        let alarms = names.contains(Self.alarmsKey) ? other.alarms : self.alarms
        return ConfigurationFile(path: self.path, entries: entries, alarms: alarms)
    }
}
