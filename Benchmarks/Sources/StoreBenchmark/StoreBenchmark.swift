import Foundation
import Logging

/// `swift run -c release StoreBenchmark [insert|durability|redelivery|store [steps]]`
@main
enum StoreBenchmark {
    static func main() async throws {
        let mode = CommandLine.arguments.dropFirst().first ?? "insert"
        let folder =
            FileManager.default.currentDirectoryPath + "/.build/bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        switch mode {
        case "insert": try Self.insert(folder)
        case "durability": try Self.durability(folder)
        case "redelivery": try await RedeliveryBenchmark.run(folder, line: Self.line)
        default:
            try await Self.store(folder, steps: CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 100)
        }
    }

    /// CPU per reading, by variant and batch.
    private static func insert(_ folder: String) throws {
        let benchmark = try HotInsertBenchmark(path: folder + "/insert.sqlite", synchronous: "NORMAL")
        Self.line("CPU microseconds per reading; median of 7 rounds, variants in turn")
        for batch in [1, 10, 100, 1000] {
            let readings = batch == 1 ? 2_000 : 20_000
            var costs: [HotInsertBenchmark.Variant: [Double]] = [:]
            for _ in 0..<7 {
                for variant in HotInsertBenchmark.Variant.allCases {
                    let cost = try Cost.of { try benchmark.run(variant, batch: batch, readings: readings) }
                    costs[variant, default: []].append(cost.cpu / Double(readings) * 1e6)
                }
            }
            for variant in HotInsertBenchmark.Variant.allCases {
                let sorted = (costs[variant] ?? []).sorted()
                Self.line("batch \(batch)\t\(variant.rawValue)\t\(String(format: "%.2f", sorted[3]))")
            }
        }
    }

    /// What an fsync per commit costs, by batch.
    private static func durability(_ folder: String) throws {
        Self.line("wall microseconds per commit, CPU microseconds per commit; 300 commits each")
        for batch in [1, 10, 100, 1000] {
            for synchronous in ["FULL", "NORMAL"] {
                let benchmark = try HotInsertBenchmark(
                    path: folder + "/\(synchronous)-\(batch).sqlite",
                    synchronous: synchronous
                )
                let cost = try Cost.of { try benchmark.run(.cReplace, batch: batch, readings: 300 * batch) }
                let figures = [cost.wall, cost.cpu].map { String(format: "%.0f", $0 / 300 * 1e6) }
                Self.line("batch \(batch)\t\(synchronous)\t\(figures.joined(separator: "\t"))")
            }
        }
    }

    /// The whole store: 5,000 machines send together, `steps` times; then a restart.
    private static func store(_ folder: String, steps: Int) async throws {
        let path = folder + "/store.sqlite"
        let machines = (0..<5_000).compactMap { MachineID("machine\($0)") }
        for round in ["filling", "again"] {
            let opened = ContinuousClock().now
            let store = try Self.open(path)
            Self.line("\(round): open \(ContinuousClock().now - opened), resident \(Self.residentMegabytes()) MB")
            store.start()
            let written = Self.writtenMegabytes()
            let cost = try Cost.of {
                for step in 0..<steps { try Self.submitOneEach(machines, step, to: store) }
            }
            let readings = Double(machines.count * steps)
            Self.line(
                "\(round): \(Int(readings / cost.wall)) readings/s, CPU \(cost.cpu / readings * 1e6) us per reading,"
                    + " commits \(store.writer.counters.commits), resident \(Self.residentMegabytes()) MB,"
                    + " written \(Self.writtenMegabytes() - written) MB"
            )
            await store.stop()
            Self.line("\(round): file \(Self.megabytes(path)) MB")
        }
        let opened = ContinuousClock().now
        let store = try Self.open(path)
        Self.line("restart: open \(ContinuousClock().now - opened)")
        await store.stop()
    }

    /// In pieces of 500 as sources would; the last piece waits, so a step is about one commit.
    private static func submitOneEach(_ machines: [MachineID], _ step: Int, to store: TelemetryStore) throws {
        let time = Timestamp(milliseconds: 1_795_254_086_123 + Int64(step) * 100)
        let value = Double(step)
        for start in stride(from: 0, to: machines.count, by: 500) {
            let readings = machines[start..<min(start + 500, machines.count)].map { machine in
                Reading(
                    machine: machine,
                    timestamp: nil,
                    received: time,
                    metrics: Metrics(rpm: 1480 + value / 7, torque: 120 + value / 13, pressure: 6 + value / 977)
                )
            }
            if start + 500 < machines.count {
                store.writer.submit(readings) { _ in }
            } else {
                _ = try store.writer.submitAndWait(readings)
            }
        }
    }

    private static func writtenMegabytes() -> Int {
        let io = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
        let line = io.split(separator: "\n").first { $0.hasPrefix("wchar:") }
        return (line?.split(separator: " ").last.flatMap { Int($0) } ?? 0) / 1_048_576
    }

    private static func open(_ path: String) throws -> TelemetryStore {
        try TelemetryStore(
            configuration: TelemetryStore.Configuration(databasePath: path, historyPerMachine: 1_000),
            clock: .system,
            logger: Logger(label: "benchmark")
        )
    }

    private static func residentMegabytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        let kibibytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
        return (kibibytes ?? 0) / 1024
    }

    private static func megabytes(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return ((attributes?[.size] as? NSNumber)?.intValue ?? 0) / 1_048_576
    }

    private static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
