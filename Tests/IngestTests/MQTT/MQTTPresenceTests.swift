import Foundation
import Synchronization
import TelemetryCore
import Testing

@testable import Ingest

/// What the source says of itself at a real mosquitto.
@Suite(.timeLimit(.minutes(1))) struct MQTTPresenceTests {
    private let state = "telemetryd/hall-1/state"

    private func configure(_ configuration: inout MQTTSource.Configuration) {
        configuration.gatewayID = GatewayID("hall-1")
        configuration.healthInterval = .milliseconds(20)
    }

    @Test(arguments: MQTTVersion.allCases) func isOnlineUntilItsEnd(version: MQTTVersion) async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let (watcher, seen) = try await world.broker.subscribe(self.state)
        let configure: (inout MQTTSource.Configuration) -> Void = {
            self.configure(&$0)
            $0.version = version
        }
        try await world.withSource(configure: configure) { _ in try await seen.first { $0 == "\(self.state) online" } }
        try await seen.first { $0 == "\(self.state) offline" }
        #expect(seen.all == ["\(self.state) online", "\(self.state) offline"])
        watcher.terminate()
        // Who comes later sees it, too.
        let (late, found) = try await world.broker.subscribe(self.state)
        try await found.first { $0 == "\(self.state) offline (retained)" }
        late.terminate()
        await world.end()
    }

    /// A connection that ends without goodbye, here since a batch could not be stored: the broker publishes the will.
    @Test func aLostConnectionIsToldByTheWill() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let (watcher, seen) = try await world.broker.subscribe(self.state)
        let writer = world.store.writer
        let attempts = Recorder<Int>()
        let commit: MQTTSource.Commit = { readings throws(ReadingWriter.SubmitError) in
            attempts.append(attempts.count)
            if attempts.count == 1 { throw .storage("disk full") }
            return try writer.submitAndWait(readings)
        }
        try await world.withSource(commit: commit, configure: self.configure) { _ in
            try await seen.first { $0.hasSuffix("online") }
            try await world.broker.publish("machines/a/rpm", "1")
            let lost = try await seen.first { $0.hasSuffix("offline") }
            try await seen.first(from: lost) { $0.hasSuffix("online") }
        }
        try await seen.first(from: 3) { $0.hasSuffix("offline") }
        watcher.terminate()
        await world.end()
    }

    @Test func tellsItsHealth() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let (watcher, seen) = try await world.broker.subscribe("telemetryd/hall-1/health")
        try await world.withSource(configure: self.configure) { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/press1/rpm", "1")
            let index = try await seen.first { $0.contains(#""machines":{"press1":"#) }
            let json = seen.all[index].dropFirst("telemetryd/hall-1/health ".count)
            let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
            #expect(object["id"] as? String == "hall-1")
            #expect(object["messages"] as? Int == 1 && object["stored"] as? Int == 1)
            #expect((object["messagesPerSecond"] as? Double ?? 0) > 0)
            // What is not retained is nobody's last word.
            #expect(!seen.all.contains { $0.hasSuffix("(retained)") })
        }
        watcher.terminate()
        await world.end()
    }

    @Test func saysNothingWithoutAName() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        try await world.withSource { _ in try await world.events.first { $0 == .connected } }
        #expect(!world.broker.log.all.contains { $0.contains("Received PUBLISH") })
        await world.end()
    }

    @Test func tellsWhereMachinesAre() async throws {
        let templates = try ["{site}/{line}/{machine}/{metric}", "{site}/{machine}/status"].map {
            try TopicTemplate(parsing: $0)
        }
        let world = try SourceWorld(templates: templates)
        try await world.broker.start()
        try await world.withSource { _ in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("essen/7/press1/rpm", "1")
            try await world.broker.publish("bonn/7/press1/rpm", "2")
            try await world.log.first { $0.hasPrefix("warning: MQTT machine is at two places") }
        }
        #expect(world.committed.count == 2)
        // A later run hears of the machine by its status alone: what is known of its line stays.
        let before = world.events.count
        try await world.broker.publish("bonn/press1/status", "offline", retain: true)
        try await world.withSource { _ in
            try await world.events.first(from: before) { if case .committed = $0 { true } else { false } }
        }
        let machine = try #require(MachineID("press1"))
        let labels = try #require(world.store.directory.feed(machine)).summary(now: WallClock.system.now()).labels
        #expect(labels == ["site": "bonn", "line": "7", "topic": "bonn/7/press1/{metric}"])
        await world.end()
    }
}
