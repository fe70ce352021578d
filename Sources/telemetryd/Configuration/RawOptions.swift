package import ArgumentParser

/// The options of `telemetryd run` as they were typed, unchecked. ``Configuration`` checks them, together with the
/// environment.
package struct RawOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp("Run the built-in generator for these machines (a,b,c).", valueName: "names")
    )
    package var simulate: String?

    @Option(
        help: ArgumentHelp(
            "Time between two generated readings of a machine: 100ms, 1s. (default: 1s)", valueName: "time")
    )
    package var simulateInterval: String?

    @Option(help: ArgumentHelp("The same seed gives the same readings. (default: random)", valueName: "number"))
    package var simulateSeed: String?

    @Option(
        help: ArgumentHelp("Broker to subscribe to: mqtt://[user[:password]@]host[:1883]", valueName: "url")
    )
    package var mqtt: String?

    @Option(
        name: .customLong("mqtt-topic"),
        help: ArgumentHelp(
            "Topic template, such as {site}/{line}/{machine}/{metric}; _ ignores a level. May be given several times. "
                + "(default: machines/{machine}/telemetry, machines/{machine}/{metric}, machines/{machine}/status)",
            valueName: "template"
        )
    )
    package var mqttTopics: [String] = []

    @Option(
        help: ArgumentHelp("Address to listen on; 0.0.0.0 is every one. (default: 127.0.0.1)", valueName: "address"))
    package var host: String?

    @Option(help: ArgumentHelp("Port to listen on; 0 picks a free one. (default: 3000)", valueName: "number"))
    package var port: String?

    @Option(help: ArgumentHelp("Readings kept for each machine. (default: 1000)", valueName: "number"))
    package var history: String?

    @Option(
        help: ArgumentHelp(
            "SQLite file. (default: telemetry.sqlite, in $STATE_DIRECTORY when that is set)",
            valueName: "path"
        )
    )
    package var database: String?

    @Option(
        name: .customLong("public"),
        help: ArgumentHelp(
            "Dashboard files. (default: found beside the executable or in the package)", valueName: "directory")
    )
    package var publicDirectory: String?

    @Option(
        help: ArgumentHelp(
            "trace, debug, info, notice, warning, error or critical; the log goes to standard error. (default: info)",
            valueName: "level"
        )
    )
    package var logLevel: String?

    @Option(help: ArgumentHelp("text or json. (default: text)", valueName: "format"))
    package var logFormat: String?

    package init() {}
}
