import TelemetryCore
import Testing

@testable import Ingest

/// What a real mosquitto sends again after a connection that broke before the acknowledgements left.
@Suite(.timeLimit(.minutes(1))) struct MQTTRedeliveryTests {
    /// Committed, and the connection lost before the acknowledgement: it comes again, marked.
    @Test(arguments: MQTTVersion.allCases, [true, false])
    func marksWhatComesAgain(version: MQTTVersion, readsDirectly: Bool) async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let writer = world.store.writer
        let submitted = Recorder<Reading>()
        let commit: MQTTSource.Commit = { readings throws(ReadingWriter.SubmitError) in
            let isFirst = submitted.count == 0
            for reading in readings { submitted.append(reading) }
            let receipt = try writer.submitAndWait(readings)
            if isFirst { throw .storage("the answer is lost") }
            return receipt
        }
        let configure: (inout MQTTSource.Configuration) -> Void = {
            ($0.version, $0.readsDirectly) = (version, readsDirectly)
        }
        try await world.withSource(commit: commit, configure: configure) { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish(
                "machines/a/telemetry", #"[{"ts":1763717286,"rpm":1},{"ts":1763717287,"rpm":2}]"#)
            try await world.events.first { $0 == .committed(messages: 1) }
            try await world.broker.publish("machines/a/telemetry", #"{"ts":1763717288,"rpm":3}"#)
            try await submitted.first { $0.metrics.rpm == 3 }
            try await world.broker.log.first { $0.contains("PUBACK from telemetryd") && $0.contains("Mid: 2") }
            #expect(source.status.redelivered == 1)
            #expect(source.status.duplicates == 2)
            #expect(source.status.committedReadings == 1)
        }
        // Stored once each; the two that came again are counted.
        #expect(world.committed.all.compactMap(\.reading.metrics.rpm) == [1, 2, 3])
        let machine = try #require(MachineID("a"))
        #expect(world.store.directory.ledger(of: machine)?.duplicates == 2)
        #expect(submitted.all.compactMap(\.metrics.rpm) == [1, 2, 1, 2, 3])
        #expect(submitted.all.map(\.isRedelivered) == [false, false, true, true, false])
        await world.end()
    }
}
