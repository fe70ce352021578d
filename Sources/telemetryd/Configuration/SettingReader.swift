import Configuration

/// Finds what was asked for one option: the flag, else the environment, else the configuration file. Each is a provider
/// of swift-configuration.
package struct SettingReader: Sendable {
    /// A value and where it came from, as the user knows it.
    package struct Setting: Equatable, Sendable {
        /// `--port`, `TELEMETRYD_PORT`, `/etc/telemetryd.yaml:3`.
        let place: String
        /// The key in the file; the other places name the option themselves.
        var key: String?
        let value: String

        /// For errors: `--port`, `/etc/telemetryd.yaml:3: port`.
        var origin: String { self.key.map { "\(self.place): \($0)" } ?? self.place }
    }

    private let flags: ConfigReader
    private let environment: ConfigReader
    private let fileReader: ConfigReader
    private let file: ConfigurationFile

    package init(options: RawOptions, environment: [String: String], file: ConfigurationFile) {
        var flags: [AbsoluteConfigKey: ConfigValue] = [:]
        for option in OptionTable.all {
            let typed = option.typed(options)
            if !typed.isEmpty { flags[AbsoluteConfigKey([option.name])] = .init(.stringArray(typed), isSecret: false) }
        }
        self.flags = ConfigReader(provider: InMemoryProvider(name: "command line", values: flags))
        // A variable that is set to nothing is as good as unset.
        let variables = environment.filter { !$0.value.isEmpty }
        self.environment = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
        var entries: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, entry) in file.entries {
            entries[AbsoluteConfigKey([name])] = .init(.stringArray(entry.values), isSecret: false)
        }
        self.fileReader = ConfigReader(provider: InMemoryProvider(name: file.path, values: entries))
        self.file = file
    }

    /// All values of the option, from the strongest place that has any.
    package func settings(_ name: String) -> [Setting] {
        guard let option = OptionTable.option(named: name) else {
            preconditionFailure("\(name) is not declared in OptionTable")
        }
        if let typed = self.flags.stringArray(forKey: ConfigKey([name])) {
            return typed.map { Setting(place: option.flag, value: $0) }
        }
        for variable in option.variables {
            guard let text = self.environment.string(forKey: ConfigKey([variable])) else { continue }
            return option.split(text).map { Setting(place: variable, value: $0) }
        }
        guard let values = self.fileReader.stringArray(forKey: ConfigKey([name])), let entry = self.file.entries[name]
        else { return [] }
        return zip(values, entry.lines).map { value, line in
            Setting(place: "\(self.file.path):\(line)", key: option.fileKey, value: value)
        }
    }

    /// The value of an option that takes one.
    package func setting(_ name: String) -> Setting? {
        self.settings(name).last
    }
}
