import ArgumentParser

/// `telemetryd run`: what it is asked for. ``CommandLineEntry`` runs it.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the gateway (the default)."
    )

    @OptionGroup var options: RawOptions
}
