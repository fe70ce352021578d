import Foundation
import Logging

/// What a redelivered batch costs beside the same readings sent for the first time, in a full ring of 100,000.
enum RedeliveryBenchmark {
    static func run(_ folder: String, line: (String) -> Void) async throws {
        guard let machine = MachineID("machine1") else { throw CocoaError(.featureUnsupported) }
        let store = try TelemetryStore(
            configuration: .init(databasePath: folder + "/redelivery.sqlite", historyPerMachine: 100_000),
            clock: .system,
            logger: Logger(label: "benchmark")
        )
        store.start()
        var sent: Int64 = 0
        func batch(_ count: Int) -> [Reading] {
            (0..<count).map { _ in
                sent += 1
                return Reading(
                    machine: machine,
                    timestamp: Timestamp(milliseconds: 1_795_254_086_123 + sent),
                    received: Timestamp(milliseconds: 1_795_254_086_125 + sent),
                    metrics: Metrics(rpm: 1480 + Double(sent % 977) / 7, torque: 120)
                )
            }
        }
        for _ in 0..<100 { _ = try store.writer.submitAndWait(batch(1_024)) }
        line("1,024 readings to a ring of 100,000: CPU microseconds per batch, median of 20")
        for (name, count) in [("one", 1), ("all", 1_024)] {
            var costs: [String: [Double]] = [:]
            for _ in 0..<20 {
                let fresh = batch(1_024)
                costs["fresh", default: []].append(try Self.cost(fresh, store))
                var again = fresh
                for index in again.indices.suffix(count) { again[index].isRedelivered = true }
                costs["redelivered: \(name)", default: []].append(try Self.cost(Array(again.suffix(count)), store))
            }
            for (name, costs) in costs.sorted(by: { $0.key < $1.key }) {
                line("\(name)\t\(Int(costs.sorted()[10]))")
            }
        }
        line("duplicates \(store.writer.counters.duplicateReadings)")
        await store.stop()
    }

    private static func cost(_ readings: [Reading], _ store: TelemetryStore) throws -> Double {
        try Cost.of { _ = try store.writer.submitAndWait(readings) }.cpu * 1e6
    }
}
