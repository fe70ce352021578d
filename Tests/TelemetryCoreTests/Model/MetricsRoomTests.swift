import GRDB
import Testing

@testable import TelemetryCore

@Suite struct MetricsRoomTests {
    /// The most and the longest there may be.
    private func full() throws -> Metrics {
        var metrics = Metrics(rpm: 1)
        for index in 0..<Limits.extraMetricsMax {
            let name = "m\(1000 + index)".padding(to: Limits.metricNameBytesMax)
            metrics.set(try metric(name), -1.7976931348623157e-300)
        }
        return metrics
    }

    @Test func hasRoomForSoManyNamesAndForTheirNewValues() throws {
        var metrics = try self.full()
        #expect(metrics.extra.count == Limits.extraMetricsMax)
        #expect(!metrics.hasRoom(for: try metric("z")))
        #expect(metrics.hasRoom(for: try metric("torque")))
        let last = try #require(metrics.extra.last).name
        #expect(metrics.hasRoom(for: last))
        metrics.set(last, 5)
        #expect(metrics.value(last) == 5)
        #expect(metrics.extra.count == Limits.extraMetricsMax)
    }

    /// The arithmetic of the limit: about a page, and back from it.
    @Test func theLargestReadingFitsAPage() async throws {
        let folder = try TemporaryFolder()
        let metrics = try self.full()
        var bytes: [UInt8] = []
        ExtraJSON.writeObject(metrics.extra, into: &bytes)
        #expect(bytes.count > 3_000 && bytes.count <= Limits.databasePageBytes)
        let largest = Reading(machine: try machine("a"), timestamp: nil, received: sampleTime, metrics: metrics)
        try await withStore(at: folder.database) { store in _ = try await store.writer.submit([largest]) }
        try await withStore(at: folder.database) { store in
            #expect(store.directory.feed(largest.machine)?.summary(now: sampleTime).latest?.reading == largest)
        }
    }

    /// A database from before the limit is no damage.
    @Test func loadsAReadingWithMore() async throws {
        let folder = try TemporaryFolder()
        try await withStore(at: folder.database) { store in
            _ = try await store.writer.submit([try reading("a")])
        }
        let members = (0..<(2 * Limits.extraMetricsMax)).map { "\"m\(1000 + $0)\":\($0)" }
        let extra = "{" + members.joined(separator: ",") + "}"
        let queue = try DatabaseQueue(path: folder.database)
        try await queue.write { db in try db.execute(sql: "UPDATE reading SET extra = ?", arguments: [extra]) }
        try queue.close()
        try await withStore(at: folder.database) { store in
            let latest = store.directory.feed(try machine("a"))?.summary(now: sampleTime).latest
            #expect(latest?.reading.metrics.extra.count == 2 * Limits.extraMetricsMax)
            #expect(try await store.writer.submit([try reading("a")]).stored == [2])
        }
    }
}

extension String {
    fileprivate func padding(to count: Int) -> String {
        self + String(repeating: "x", count: count - self.utf8.count)
    }
}
