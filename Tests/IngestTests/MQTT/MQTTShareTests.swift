import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// Two gateways of one group at a real mosquitto.
@Suite(.timeLimit(.minutes(1))) struct MQTTShareTests {
    @Test(arguments: MQTTVersion.allCases) func eachReadingComesToOneOfTwoGateways(version: MQTTVersion) async throws {
        let world = try SourceWorld(brokerConfiguration: "max_queued_messages 0")
        try await world.broker.start()
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
        try await world.withSource(commit: commit(left), configure: configure("left")) { _ in
            let first = try await world.events.first { $0 == .connected }
            try await world.withSource(commit: commit(right), configure: configure("right")) { _ in
                try await world.events.first(from: first + 1) { $0 == .connected }
                // Each has its own subscription for status. The group's brings it to one of them once more.
                let start = world.broker.log.count
                try await world.broker.publish("machines/a/status", "online")
                for name in ["left", "right"] {
                    let id = try SessionFile(path: world.directory.path(name)).clientID
                    try await world.broker.log.first(from: start) {
                        $0.contains("Sending PUBLISH to \(id)") && $0.contains("machines/a/status")
                    }
                }
                try await world.broker.publishLines("machines/a/rpm", file: path)
                try await world.committed.first { $0.sequence == 200 }
            }
        }
        let values = (left.all + right.all).compactMap(\.metrics.rpm)
        #expect(values.count == count && Set(values).count == count)
        #expect(left.count > 0 && right.count > 0, "\(left.count) and \(right.count)")
        await world.end()
    }
}
