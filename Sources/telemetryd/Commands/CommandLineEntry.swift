import ArgumentParser
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// From arguments and environment to an exit code.
enum CommandLineEntry {
    static func run(arguments: [String], signals: ShutdownSignals) async -> ExitCode {
        if ["--help", "-h", "help"].contains(arguments.first ?? ""), arguments.count == 1 {
            StandardStreams.output(Self.help)
            return .success
        }
        let command: any ParsableCommand
        do {
            command = try TelemetrydCommand.parseAsRoot(arguments)
        } catch {
            return Self.report(error)
        }
        do {
            let environment = Self.environment()
            if let run = command as? RunCommand {
                let file = try ConfigurationFile.asked(run.options.config, environment: environment)
                let configuration = try Configuration(options: run.options, environment: environment, file: file)
                let reload = ConfigurationReload(options: run.options, environment: environment, file: file)
                try await Composition(configuration, reload: reload, signals: signals).run()
                return .success
            }
            guard let tool = command as? any ToolCommand else { return Self.helpAsked(command) }
            return try tool.perform(environment: environment)
        } catch let error as ConfigurationError {
            StandardStreams.error(Self.prefixed(error.description))
            return error.code
        } catch {
            StandardStreams.error(Self.prefixed(StartFailure(error).description))
            return .failure
        }
    }

    /// The parser's help for a command with subcommands leaves out the default one's options, which are what most
    /// people look for.
    private static var help: String {
        let overview = TelemetrydCommand.helpMessage()
        let run = TelemetrydCommand.helpMessage(for: RunCommand.self)
        guard let usage = run.firstRange(of: "USAGE:"), let end = run[usage.upperBound...].firstRange(of: "\n\n") else {
            return overview
        }
        return overview + "\n\nOPTIONS OF RUN\n\n" + run[end.upperBound...]
    }

    /// `--help` and `--version` come as errors of the parser that are none; the rest is the user's mistake: one line.
    private static func report(_ error: any Error) -> ExitCode {
        guard TelemetrydCommand.exitCode(for: error) != .success else {
            StandardStreams.output(TelemetrydCommand.fullMessage(for: error))
            return .success
        }
        let message =
            TelemetrydCommand.message(for: error).split(separator: "\n").first ?? "the arguments are not right"
        StandardStreams.error("telemetryd: \(message) (telemetryd --help lists the options)")
        return .usage
    }

    /// A command that is not ours is the parser's help subcommand.
    private static func helpAsked(_ command: any ParsableCommand) -> ExitCode {
        var command = command
        do {
            try command.run()
            return .success
        } catch {
            return Self.report(error)
        }
    }

    private static func prefixed(_ line: String) -> String {
        line.hasPrefix("telemetryd:") ? line : "telemetryd: \(line)"
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            next += 1
        }
        return variables
    }
}
