extension OptionTable {
    static let readings = [
        OptionDeclaration(
            "unit", .map(separator: ","), valueName: "[machine/]metric=unit",
            help: "Unit in which a sender that names none sends: pressure=kPa, press1/rpm=Hz. May be given several "
                + "times.",
            change: .atOnce,
            typed: { $0.readings.units }),
        OptionDeclaration(
            "expect", .map(separator: ","), valueName: "[machine=]time",
            help: "How often readings are expected, in place of the learned interval: 5s, press1=1m. May be given "
                + "several times.",
            change: .atOnce,
            typed: { $0.readings.expectations }),
    ]

    static let server = [
        OptionDeclaration(
            "host", valueName: "address",
            help: "Address to listen on; 0.0.0.0 is every one.", defaultText: "127.0.0.1",
            furtherVariables: ["HOST"],
            typed: { one($0.server.host) }),
        OptionDeclaration(
            "port", valueName: "number",
            help: "Port to listen on; 0 picks a free one.", defaultText: "3000",
            furtherVariables: ["PORT"],
            typed: { one($0.server.port) }),
        OptionDeclaration(
            "public", valueName: "directory",
            help: "Dashboard files.", defaultText: "found beside the executable or in the package",
            typed: { one($0.server.publicDirectory) }),
    ]

    static let store = [
        OptionDeclaration(
            "history", valueName: "number",
            help: "Readings kept for each machine.", defaultText: "1000, or with --keep or --max-size what those allow",
            typed: { one($0.store.history) }),
        OptionDeclaration(
            "keep", valueName: "time",
            help: "Drop readings that are older than this: 24h, 7d. Whatever comes first counts.",
            defaultText: "as long as there is room",
            typed: { one($0.store.keep) }),
        OptionDeclaration(
            "max-size", valueName: "bytes",
            help: "Keep the database below this size: 500MB, 2GB. Whatever comes first counts.",
            defaultText: "no limit",
            typed: { one($0.store.maxSize) }),
        OptionDeclaration(
            "database", valueName: "path",
            help: "SQLite file.", defaultText: "telemetry.sqlite, in $STATE_DIRECTORY when that is set",
            typed: { one($0.store.location.database) }),
    ]

    static let log = [
        OptionDeclaration(
            "log-level", valueName: "level",
            help: "trace, debug, info, notice, warning, error or critical; the log goes to standard error.",
            defaultText: "info", change: .atOnce,
            typed: { one($0.log.level) }),
        OptionDeclaration(
            "log-format", valueName: "format",
            help: "text or json.", defaultText: "text",
            typed: { one($0.log.format) }),
    ]
}
