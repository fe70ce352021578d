import ArgumentParser
import TelemetryCore

/// `telemetryd export`.
struct ExportCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the readings of machines as CSV or JSON lines.",
        discussion: """
            Works beside a running gateway. After the readings come, for each machine, what is missing in them: its \
            ledger and its gaps, in CSV as lines that start with #.
              telemetryd export press1 --from 1h > press1.csv
              telemetryd export --all --format ndjson --output everything.ndjson
            """
    )

    @Argument(help: "The machines.") var machines: [String] = []
    @Flag(help: "All machines of the database.") var all = false
    @Option(
        help: ArgumentHelp("csv or ndjson. (default: csv, or by the name of the output file)", valueName: "format"))
    var format: String?
    @Option(help: ArgumentHelp("Only readings with a higher seq than this.", valueName: "seq")) var since: String?
    @Option(
        help: ArgumentHelp(
            "Only readings from this time on: 2026-11-21T09:00:00Z, or 1h for an hour ago.", valueName: "time"))
    var from: String?
    @Option(help: ArgumentHelp("Only readings up to this time.", valueName: "time")) var to: String?
    @Option(help: ArgumentHelp("Of each machine at most so many, the newest.", valueName: "number"))
    var limit: String?
    @Flag(inversion: .prefixedNo, help: "Write what is missing after the readings.") var ledger = true
    @Option(help: ArgumentHelp("File to write. (default: standard output)", valueName: "file")) var output: String?
    @OptionGroup var database: DatabaseChoice

    func perform(environment: [String: String]) throws -> ExitCode {
        let selection = try self.selection(now: WallClock.system.now())
        let format = try self.chosenFormat()
        let export = try RingExport(databasePath: try self.database.path(environment: environment))
        guard let output else {
            do {
                try export.write(selection, format: format) { try StandardStreams.write($0) }
            } catch is StandardStreams.ReaderIsGone {
                // `| head` has seen enough.
            }
            return .success
        }
        try OutputFile.write(output) { file in
            try export.write(selection, format: format) { try file.write($0) }
        }
        return .success
    }

    func chosenFormat() throws(ConfigurationError) -> RingExport.Format {
        guard let format else {
            let isLines = [".ndjson", ".jsonl"].contains { self.output?.hasSuffix($0) == true }
            return isLines ? .ndjson : .csv
        }
        guard let chosen = RingExport.Format(rawValue: format) else {
            throw self.refused("--format", format, "it must be csv or ndjson")
        }
        return chosen
    }

    func selection(now: Timestamp) throws(ConfigurationError) -> RingExport.Selection {
        guard self.all != !self.machines.isEmpty else {
            throw ConfigurationError("export needs the names of machines, or --all for every machine")
        }
        var machines: [MachineID] = []
        for name in self.machines {
            guard let machine = MachineID(name) else {
                throw ConfigurationError("\"\(name)\" is no name of a machine: \(MachineID.rule)")
            }
            if !machines.contains(machine) { machines.append(machine) }
        }
        return RingExport.Selection(
            machines: self.all ? nil : machines,
            since: try self.number("--since", self.since, from: 0),
            from: try self.time("--from", self.from, now: now),
            to: try self.time("--to", self.to, now: now),
            limit: try self.number("--limit", self.limit, from: 1).map { Int($0) },
            hasTrailer: self.ledger
        )
    }

    private func number(_ origin: String, _ text: String?, from least: Int64) throws(ConfigurationError) -> Int64? {
        guard let text else { return nil }
        guard let number = Int64(text), number >= least else {
            throw self.refused(origin, text, "it must be a whole number from \(least)")
        }
        return number
    }

    /// A moment, or a length of time before now.
    private func time(_ origin: String, _ text: String?, now: Timestamp) throws(ConfigurationError) -> Timestamp? {
        guard let text else { return nil }
        if let ago = TimeSpan.parse(text) {
            return Timestamp(milliseconds: now.milliseconds - ago.components.seconds * 1_000)
        }
        guard let time = Timestamp(iso8601: text) else {
            throw self.refused(
                origin, text, "it must be a time with its zone (2026-11-21T09:00:00Z), or 1h for an hour ago")
        }
        return time
    }
}
