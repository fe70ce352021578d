import ArgumentParser
import TelemetryCore

/// `telemetryd backup`.
struct BackupCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database to a new file, also while the gateway runs.",
        discussion: """
            The copy is complete by itself, is checked as `telemetryd verify` does, and can be used as a database. \
            A file that exists is never overwritten.
            """
    )

    @Argument(help: "The file to make.") var file: String
    @OptionGroup var database: DatabaseChoice

    func perform(environment: [String: String]) throws -> ExitCode {
        let path = try self.database.path(environment: environment)
        let report = try StoreBackup.backup(databasePath: path, to: self.file)
        StandardStreams.output(report.text)
        return .success
    }
}
