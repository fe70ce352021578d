import ArgumentParser
import TelemetryCore

/// `telemetryd plan`.
struct PlanCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a store will take: ring size, file size, horizon and writes per day.",
        discussion: """
            For example, ten machines at two readings a second, kept for a week:
              telemetryd plan --machines 10 --hz 2 --keep 7d
            """
    )

    @Option(help: ArgumentHelp("Number of machines.", valueName: "number")) var machines = "1"
    @Option(help: ArgumentHelp("Readings per second of one machine.", valueName: "number")) var hz = "1"
    @Option(
        help: ArgumentHelp("Readings kept for each machine. (default: 1000, or what --keep needs)", valueName: "number")
    )
    var history: String?
    @Option(help: ArgumentHelp("How far back the rings are to reach: 24h, 7d.", valueName: "time")) var keep: String?
    @Option(help: ArgumentHelp("Keep the database below this size: 500MB, 2GB.", valueName: "bytes"))
    var maxSize: String?
    @Option(help: ArgumentHelp("Metrics of a reading besides rpm, torque and pressure.", valueName: "number"))
    var extraMetrics = "0"

    func perform(environment: [String: String]) throws -> ExitCode {
        StandardStreams.output(try self.plan().text)
        return .success
    }

    func plan() throws(ConfigurationError) -> StorePlan {
        guard let machines = Int(self.machines), (1...Limits.plannedMachinesMax).contains(machines) else {
            throw self.refused(
                "--machines", self.machines, "it must be a number from 1 to \(Limits.plannedMachinesMax)")
        }
        guard let hertz = Double(self.hz), hertz >= Limits.plannedHertzMin, hertz <= Limits.plannedHertzMax else {
            throw self.refused("--hz", self.hz, "it must be readings per second, from 0.0001 to 10000")
        }
        guard let extra = Int(self.extraMetrics), (0...64).contains(extra) else {
            throw self.refused("--extra-metrics", self.extraMetrics, "it must be a number from 0 to 64")
        }
        var retention = Retention()
        if let keep {
            guard let age = TimeSpan.parse(keep), age <= Limits.keepMax else {
                throw self.refused("--keep", keep, "it must be a time such as 24h or 7d, up to 3650d")
            }
            retention.maxAge = age
        }
        if let maxSize {
            guard let bytes = ByteCount.parse(maxSize) else {
                throw self.refused("--max-size", maxSize, "it must be a size such as 500MB or 2GB")
            }
            retention.maxBytes = bytes
        }
        return StorePlan(
            machines: machines,
            readingsPerSecond: hertz,
            keep: try self.ringSize(hertz, retention.maxAge),
            extraMetrics: extra,
            retention: retention
        )
    }

    /// As asked for; else as large as the time asks for.
    private func ringSize(_ hertz: Double, _ age: Duration?) throws(ConfigurationError) -> Int {
        if let history {
            guard let count = Int(history), (1...Limits.historyMax).contains(count) else {
                throw self.refused("--history", history, "it must be a number from 1 to \(Limits.historyMax)")
            }
            return count
        }
        guard let age else { return 1_000 }
        let seconds = Double(age.components.seconds) + Double(age.components.attoseconds) / 1e18
        let count = (seconds * hertz).rounded(.up)
        guard count <= Double(Limits.historyMax) else {
            throw self.refused("--keep", self.keep ?? "", "that is more than \(Limits.historyMax) readings per machine")
        }
        return max(1, Int(count))
    }
}
