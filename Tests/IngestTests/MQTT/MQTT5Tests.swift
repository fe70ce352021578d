import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// MQTT 5 against a real mosquitto.
@Suite(.timeLimit(.minutes(1))) struct MQTT5Tests {
    private let useMQTT5: (inout MQTTSource.Configuration) -> Void = { $0.version = .v5 }

    /// The session outlives the connection only if its expiry was in CONNECT.
    @Test func getsWhatWasPublishedWhileItWasDown() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        try await world.withSource(configure: self.useMQTT5) { _ in try await world.events.first { $0 == .connected } }
        #expect(world.broker.log.all.contains { $0.contains("New client connected") && $0.contains("p5, c0") })
        for value in 1...5 { try await world.broker.publish("machines/a/rpm", "\(value)") }
        await world.broker.stop()
        try await world.broker.start()
        try await world.withSource(configure: self.useMQTT5) { source in
            try await world.committed.first { $0.sequence == 5 }
            // They were queued, not sent before.
            #expect(source.status.redelivered == 0)
        }
        #expect(world.committed.all.compactMap(\.reading.metrics.rpm) == [1, 2, 3, 4, 5])
        await world.end()
    }

    @Test func saysThatTheBrokerRefusesThePassword() async throws {
        let directory = try TemporaryDirectory()
        try "".write(toFile: directory.path("passwords"), atomically: true, encoding: .utf8)
        let configuration = "allow_anonymous false\npassword_file \(directory.path("passwords"))"
        let world = try SourceWorld(brokerConfiguration: configuration)
        try await world.broker.start()
        let configure: (inout MQTTSource.Configuration) -> Void = {
            ($0.version, $0.user, $0.password) = (.v5, "kim", "wrong")
        }
        try await world.withSource(configure: configure) { source in
            try await world.events.first { $0 == .failed(.refused, announced: true) }
            #expect(source.status.detail.contains("not authorised"), "\(source.status.detail)")
            #expect(!source.status.detail.contains("wrong"))
        }
        await world.end()
    }

    private static let accepted: [UInt8] = [0x20, 0x03, 0x00, 0x00, 0x00]

    /// A packet with a reason code and, as its only property, words.
    private static func packet(_ head: [UInt8], _ code: UInt8, _ words: String) -> [UInt8] {
        let property = [0x1F, 0, UInt8(words.utf8.count)] + Array(words.utf8)
        let body = head.dropFirst() + [code, UInt8(property.count)] + property
        return [head[0], UInt8(body.count)] + body
    }

    /// What mosquitto does not say, other brokers do.
    @Test(arguments: [
        ([packet([0x20, 0], 134, "")], ConnectionFailure.refused, "user name or password is wrong"),
        (
            [[0x20, 0x03, 0, 135, 0]], .refused,
            "not authorised: user name, password or the broker's access rules do not let this client in"
        ),
        ([packet([0x20, 0], 138, "go away")], .refused, "the broker has banned this client (go away)"),
        ([packet([0x20, 0], 151, "5 of 5")], .refused, "a quota of the broker is exceeded (5 of 5)"),
        ([accepted, [0xE0, 0x02, 142, 0]], .refused, "another client has connected with our client id"),
        ([accepted, [0xE0, 0x01, 139]], .unreachable, "the broker is shutting down"),
        ([accepted, packet([0xE0], 152, "bye")], .refused, "the broker's administrator ended the connection"),
        (
            [accepted, [0x90, 0x04, 0, 1, 0, 158]], .refused,
            "`machines/+/+`: the broker does not offer shared subscriptions (--mqtt-share)"
        ),
    ]) func saysWhatTheBrokerSays(answers: [[UInt8]], kind: ConnectionFailure, reason: String) async throws {
        let world = try SourceWorld()
        let broker = try ScriptedBroker(answers: answers)
        try await world.withSource(url: "mqtt://127.0.0.1:\(broker.port)", configure: self.useMQTT5) { _ in
            try await world.events.first { $0 == .failed(kind, announced: true) }
        }
        #expect(world.reasons.all == [reason])
        await world.end()
    }

    /// The broker is told how much we take; without that it would send 2 MiB, which libmosquitto holds whole.
    @Test func doesNotGetWhatIsFarTooLarge() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let path = world.directory.path("large")
        try Data(repeating: 0x78, count: 2 * Int(Limits.packetBytesMax)).write(to: URL(fileURLWithPath: path))
        try await world.withSource(configure: self.useMQTT5) { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/a/telemetry", file: path)
            try await world.broker.publish("machines/a/rpm", "1")
            try await world.events.first { $0 == .committed(messages: 1) }
            #expect(source.status.messages == 1 && source.status.bytes == 1)
        }
        await world.end()
    }

    @Test func saysWhichSubscriptionTheBrokerRefuses() async throws {
        let directory = try TemporaryDirectory()
        try "topic readwrite elsewhere\n".write(toFile: directory.path("acl"), atomically: true, encoding: .utf8)
        // Only with the default plugin of access rules does mosquitto look at subscriptions.
        let world = try SourceWorld(brokerConfiguration: "acl_file \(directory.path("acl"))")
        try await world.broker.start()
        let id = try #require(GatewayID("hall-1"))
        let configure: (inout MQTTSource.Configuration) -> Void = { ($0.version, $0.gatewayID) = (.v5, id) }
        try await world.withSource(configure: configure) { _ in
            try await world.log.first { $0.contains("does not take this gateway's own state") }
        }
        #expect(world.reasons.all == ["not authorised to publish it"])
        await world.end()
    }
}
