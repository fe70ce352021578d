import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// Two gateways of one group at a real mosquitto.
@Suite(.timeLimit(.minutes(1))) struct MQTTShareTests {
    @Test(arguments: MQTTVersion.allCases) func eachReadingComesToOneOfTwoGateways(version: MQTTVersion) async throws {
        let world = try SourceWorld(brokerConfiguration: "max_queued_messages 0")
        try await world.broker.start()
        try await world.broker.publish("machines/a/rpm", "0", retain: true)
        try await world.broker.publish("machines/a/status", "online", retain: true)
        let count = 200
        let path = world.directory.path("lines")
        try (1...count).map { "\($0)\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
        let writer = world.store.writer
        let (left, right) = (Recorder<Reading>(), Recorder<Reading>())
        func commit(_ recorder: Recorder<Reading>) -> MQTTSource.Commit {
            { readings throws(ReadingWriter.SubmitError) in
                for reading in readings { recorder.append(reading) }
                return try writer.submitAndWait(readings)
            }
        }
        func configure(_ name: String) -> (inout MQTTSource.Configuration) -> Void {
            {
                $0.version = version
                $0.share = "hall"
                $0.sessionPath = world.directory.path(name)
            }
        }
        try await world.withSource(commit: commit(left), configure: configure("left")) { one in
            try await world.events.first { $0 == .committed(messages: 1) }
            let first = world.events.count
            try await world.withSource(commit: commit(right), configure: configure("right")) { other in
                // Its own subscription for status brought the retained one.
                try await world.events.first(from: first) { $0 == .committed(messages: 1) }
                try await world.broker.publishLines("machines/a/rpm", file: path)
                try await world.committed.first { $0.reading.metrics.rpm == Double(count) }
                // A status is for both, and may come a second time by the group.
                #expect(one.status.messages + other.status.messages >= count + 2)
            }
        }
        // The retained one may come: no broker should send it to a shared subscription, mosquitto 2.0 does.
        let fresh = (left.all + right.all).filter { !$0.isRetained }.compactMap(\.metrics.rpm)
        #expect(fresh.count == count && Set(fresh).count == count)
        #expect(left.all.contains { !$0.isRetained } && right.all.contains { !$0.isRetained })
        await world.end()
    }
}
