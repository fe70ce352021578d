import ArgumentParser
import TelemetryCore

/// `telemetryd verify`.
struct VerifyCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a database: its rings, their sequences and SQLite's own structures.",
        discussion: """
            Works beside a running gateway, on a database at rest and on a backup, and changes nothing. It ends with 0 \
            if the database is whole; else with 1, and says what is wrong.
            """
    )

    @Argument(help: "The database to check, in place of --database.") var file: String?
    @OptionGroup var database: DatabaseChoice

    func perform(environment: [String: String]) throws -> ExitCode {
        let path = try self.file ?? self.database.path(environment: environment)
        let report = try StoreVerification.verify(path: path)
        StandardStreams.output(report.text)
        return report.isWhole ? .success : .failure
    }
}
