import ArgumentParser

/// `telemetryd`, with its subcommands.
struct TelemetrydCommand: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "telemetryd",
        abstract: "Machine telemetry gateway: MQTT and simulated readings in; SQLite, HTTP and Socket.IO out.",
        discussion: """
            Each option can also be given in the environment: --simulate as TELEMETRYD_SIMULATE, --mqtt-topic as \
            TELEMETRYD_MQTT_TOPIC (with commas between several), and so on; the address also as HOST and PORT; and \
            in the file that --config names (YAML, the same names without dashes in front). Options beat the \
            environment, and that beats the file.

            When it is ready it prints one line on standard output: telemetryd listening on http://127.0.0.1:3000. \
            SIGTERM and SIGINT end it in order; a second one ends it at once. SIGHUP reads the configuration file \
            again. It ends with 0, with 1 when something it needs is not there, or with 64 when an option is not right.
            """,
        version: version,
        subcommands: [
            RunCommand.self, ExportCommand.self, VerifyCommand.self, PlanCommand.self, BackupCommand.self,
            CheckConfigCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )
}
