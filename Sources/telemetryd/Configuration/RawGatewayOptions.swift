package import ArgumentParser

/// What is known of the readings beforehand, as typed.
package struct RawReadingOptions: ParsableArguments, Sendable {
    @Option(name: .customLong("unit"), help: .option("unit")) package var units: [String] = []
    @Option(name: .customLong("expect"), help: .option("expect")) package var expectations: [String] = []

    package init() {}
}

/// Where it listens, as typed.
package struct RawServerOptions: ParsableArguments, Sendable {
    @Option(help: .option("host")) package var host: String?
    @Option(help: .option("port")) package var port: String?
    @Option(name: .customLong("public"), help: .option("public")) package var publicDirectory: String?

    package init() {}
}

/// How much is kept and where, as typed.
package struct RawStoreOptions: ParsableArguments, Sendable {
    @Option(help: .option("history")) package var history: String?
    @Option(help: .option("keep")) package var keep: String?
    @Option(help: .option("max-size")) package var maxSize: String?
    @OptionGroup package var location: RawDatabaseOption

    package init() {}
}

/// Where the database is, as typed: also for the commands that only read it.
package struct RawDatabaseOption: ParsableArguments, Sendable {
    @Option(help: .option("database")) package var database: String?

    package init() {}
}

/// The log, as typed.
package struct RawLogOptions: ParsableArguments, Sendable {
    @Option(name: .customLong("log-level"), help: .option("log-level")) package var level: String?
    @Option(name: .customLong("log-format"), help: .option("log-format")) package var format: String?

    package init() {}
}

/// The configuration file, as typed.
package struct RawConfigOption: ParsableArguments, Sendable {
    @Option(help: .option("config")) package var config: String?

    package init() {}
}
