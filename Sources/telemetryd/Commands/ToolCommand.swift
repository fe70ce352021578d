import ArgumentParser

/// A subcommand that does its work and ends: everything but `run`.
protocol ToolCommand: ParsableCommand {
    /// Does the work; blocks. Throws a `ConfigurationError` for what was asked wrongly (exit 64), anything else for
    /// what went wrong (exit 1); its first line is shown.
    func perform(environment: [String: String]) throws -> ExitCode
}

/// Which database a tool works on: as the gateway finds it, from flag, environment or configuration file.
struct DatabaseChoice: ParsableArguments {
    @OptionGroup var location: RawDatabaseOption
    @OptionGroup var config: RawConfigOption

    func path(environment: [String: String]) throws -> String {
        var options = try RawOptions.parse([])
        options.store.location = self.location
        options.config = self.config
        let file = try ConfigurationFile.asked(self.config, environment: environment)
        if let problem = file.problems.first { throw problem }
        let reader = SettingReader(options: options, environment: environment, file: file)
        return try Configuration.databasePath(reader, environment: environment)
    }
}

extension ParsableCommand {
    /// The error for a value of a tool's own options or arguments.
    func refused(_ origin: String, _ value: String, _ allowed: String) -> ConfigurationError {
        ConfigurationError(origin: origin, value: value, allowed: allowed)
    }
}
