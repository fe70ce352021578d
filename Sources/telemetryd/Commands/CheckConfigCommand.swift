import ArgumentParser

/// `telemetryd check-config`.
struct CheckConfigCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check the configuration without starting anything, and show where each value comes from.",
        discussion: """
            Takes what `run` takes. What it prints is a configuration file itself; passwords are left out. It ends \
            with 64, and says everything that is wrong with the file, if the gateway would not start with it.
            """
    )

    @OptionGroup var options: RawOptions

    func perform(environment: [String: String]) throws -> ExitCode {
        let file = try ConfigurationFile.asked(self.options.config, environment: environment)
        if let last = file.problems.last {
            for problem in file.problems.dropLast() { StandardStreams.error("telemetryd: \(problem)") }
            throw last
        }
        _ = try Configuration(options: self.options, environment: environment, file: file)
        let reader = SettingReader(options: self.options, environment: environment, file: file)
        StandardStreams.output(EffectiveConfiguration.text(reader, file))
        return .success
    }
}
