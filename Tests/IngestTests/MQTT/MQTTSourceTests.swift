import Foundation
import Logging
import Synchronization
import TelemetryCore
import Testing

@testable import Ingest

/// Against a real mosquitto.
@Suite(.timeLimit(.minutes(1))) struct MQTTSourceTests {
    @Test func storesWhatSensorsPublish() async throws {
        // The option makes Mosquitto deliver once per overlapping subscription, as other brokers always do.
        let world = try SourceWorld(brokerConfiguration: "allow_duplicate_messages true")
        try await world.broker.start()
        try await world.withSource { source in
            try await world.events.first { $0 == .connected }
            #expect(source.status.isConnected)
            try await world.broker.publish(
                "machines/press1/telemetry",
                #"{"rpm":1480.2,"torque":120.5,"pressure":6.02,"timestamp":"2026-11-21T09:41:26.123Z"}"#
            )
            try await world.broker.publish("machines/press1/rpm", "1481.5")
            try await world.broker.publish("machines/press1/oil_temp", "61", qos: 0)
            try await world.broker.publish("machines/press2/telemetry", #"[{"rpm":1},{"ts":5,"values":{"rpm":2}}]"#)
            try await world.committed.first { $0.reading.machine.name == "press2" && $0.sequence == 2 }
        }
        let stored = world.committed.all.map { "\($0.reading.machine) \($0.sequence) \($0.reading.metrics.described)" }
        // Each once, although several subscriptions of ours would match the same topic.
        #expect(
            stored == [
                "press1 1 rpm=1480.2 torque=120.5 pressure=6.02", "press1 2 rpm=1481.5", "press1 3 oil_temp=61.0",
                "press2 1 rpm=1.0", "press2 2 rpm=2.0",
            ])
        #expect(world.committed.all.first?.reading.timestamp.iso8601 == "2026-11-21T09:41:26.123Z")
        #expect(world.log.all.filter { $0.contains("MQTT broker") } == ["info: MQTT broker connected"])
        await world.end()
    }

    /// The commit is held back: no acknowledgement. It fails: still none, the connection is dropped and the broker
    /// sends the message again. It works: acknowledged.
    /// What is published with QoS 2 comes to us with QoS 1, since that is what we subscribe to.
    @Test(arguments: [(1, MQTTVersion.v311), (2, .v311), (1, .v5), (2, .v5)], [true, false])
    func acknowledgesOnlyAfterTheCommit(kind: (qos: Int, version: MQTTVersion), readsDirectly: Bool) async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let writer = world.store.writer
        let attempts = Recorder<Int>()
        let release = DispatchSemaphore(value: 0)
        let commit: MQTTSource.Commit = { readings throws(ReadingWriter.SubmitError) in
            let attempt = attempts.count + 1
            attempts.append(attempt)
            release.wait()
            if attempt == 1 { throw .storage("disk full") }
            return try writer.submitAndWait(readings)
        }
        let configure: (inout MQTTSource.Configuration) -> Void = {
            ($0.version, $0.readsDirectly) = (kind.version, readsDirectly)
        }
        try await world.withSource(commit: commit, configure: configure) { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/a/rpm", "1", qos: kind.qos)
            try await attempts.first { $0 == 1 }
            // A whole exchange with the broker behind it: an acknowledgement sent before would be in its log by now.
            try await world.broker.publish("elsewhere", "x")
            #expect(world.broker.acknowledgements == 0)
            release.signal()
            try await world.events.first { $0 == .failed(.storage, announced: true) }
            try await attempts.first { $0 == 2 }
            try await world.broker.publish("elsewhere", "x")
            #expect(world.broker.acknowledgements == 0)
            #expect(world.committed.count == 0)
            release.signal()
            try await world.broker.log.first { $0.contains("Received PUBACK from telemetryd") }
            #expect(world.committed.count == 1)
            #expect(source.status.failures == 1)
            #expect(source.status.redelivered == 1)
            #expect(!world.broker.log.all.contains { $0.contains("PUBREC from telemetryd") })
        }
        #expect(world.committed.all.map(\.sequence) == [1])
        await world.end()
    }

    @Test func comesBackAfterARestartOfTheBroker() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        try await world.withSource { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/a/rpm", "1")
            try await world.committed.first { $0.sequence == 1 }
            await world.broker.stop()
            // Several attempts fail, only the first is told.
            let lost = try await world.events.first { $0 == .failed(.unreachable, announced: true) }
            let second = try await world.events.first(from: lost + 1) { $0 == .failed(.unreachable, announced: false) }
            #expect(!source.status.isConnected)
            #expect(source.status.detail.contains("no connection"))
            try await world.broker.start()
            try await world.events.first(from: second) { $0 == .connected }
            try await world.broker.publish("machines/a/rpm", "2")
            try await world.committed.first { $0.sequence == 2 }
        }
        let told = world.log.all.filter { $0.contains("MQTT broker") }
        #expect(
            told == [
                "info: MQTT broker connected", "warning: MQTT broker away, trying again until it is back",
                "notice: MQTT broker is back",
            ])
        await world.end()
    }

    @Test func waitsForABrokerThatIsAbsentAtTheStart() async throws {
        let world = try SourceWorld()
        try await world.withSource { _ in
            let first = try await world.events.first { $0 == .failed(.unreachable, announced: true) }
            try await world.events.first(from: first + 1) { $0 == .failed(.unreachable, announced: false) }
            try await world.broker.start()
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/a/rpm", "1")
            try await world.committed.first { $0.sequence == 1 }
        }
        #expect(world.log.all.count { $0.hasPrefix("warning") } == 1)
        await world.end()
    }

    @Test func getsWhatWasPublishedWhileItWasDown() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        try await world.withSource { _ in try await world.events.first { $0 == .connected } }
        for value in 1...30 { try await world.broker.publish("machines/a/rpm", "\(value)") }
        // The broker keeps the session on disk, too.
        await world.broker.stop()
        try await world.broker.start()
        try await world.withSource { _ in try await world.committed.first { $0.sequence == 30 } }
        #expect(world.committed.all.compactMap(\.reading.metrics.rpm) == (1...30).map(Double.init))
        await world.end()
    }

    /// One machine too many: its readings are acknowledged and told, the others of the batch are stored.
    @Test func refusesButAcknowledgesWhatTheWriterDoesNotTake() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let writer = world.store.writer
        let commit: MQTTSource.Commit = { readings throws(ReadingWriter.SubmitError) in
            let isTaken = readings.map { $0.machine.name != "extra" }
            let receipt = try writer.submitAndWait(zip(readings, isTaken).filter(\.1).map(\.0))
            var stored = receipt.stored[...]
            return ReadingWriter.Receipt(
                stored: isTaken.map { $0 ? stored.removeFirst() : nil },
                refused: isTaken.indices.filter { !isTaken[$0] }
                    .map { .init(index: $0, reason: .tooManyMachines, remedy: "no room") }
            )
        }
        try await world.withSource(commit: commit) { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/a/rpm", "1")
            try await world.broker.publish("machines/extra/telemetry", #"[{"rpm":1},{"rpm":2}]"#)
            try await world.broker.publish("machines/a/rpm", "2")
            try await world.broker.log.first { $0.contains("Received PUBACK from telemetryd") && $0.contains("Mid: 3") }
            #expect(source.status.refused == 2)
            #expect(source.status.committedReadings == 2)
            #expect(source.status.failures == 0)
        }
        #expect(world.committed.all.map(\.sequence) == [1, 2])
        #expect(world.store.rejections.recent().map(\.source) == ["machines/extra/telemetry"])
        #expect(world.store.rejections.counts() == [.tooManyMachines: 2])
        await world.end()
    }

    @Test func refusesButAcknowledgesWhatIsNoReading() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let path = world.directory.path("large")
        try String(repeating: "x", count: Limits.payloadBytesMax + 1).write(
            toFile: path, atomically: true, encoding: .utf8)
        try await world.withSource { source in
            try await world.events.first { $0 == .connected }
            try await world.broker.publish("machines/a/telemetry", file: path)
            try await world.broker.publish("machines/a/telemetry", #"{"rpm":}"#)
            try await world.broker.publish("machines/a/rpm", "fast")
            try await world.broker.publish("machines/-a/rpm", "1")
            try await world.broker.publish("machines/a/1st", "1")
            try await world.broker.publish("machines/a/status", "maybe")
            try await world.broker.publish("machines/a/telemetry", #"[{"rpm":1},{"rpm":"x"}]"#)
            try await world.committed.first { $0.sequence == 1 }
            try await world.broker.log.first { $0.contains("Received PUBACK from telemetryd") && $0.contains("Mid: 7") }
            #expect(source.status.refused == 7)
        }
        let recent = world.store.rejections.recent()
        #expect(
            recent.map(\.reason) == [
                .tooLarge, .notJSON, .noNumber, .badMachineName, .badMetricName, .badStatus, .noNumber,
            ])
        #expect(recent.first?.excerpt == Array(repeating: UInt8(ascii: "x"), count: 256))
        #expect(recent.first?.source == "machines/a/telemetry")
        #expect(recent.last?.remedy.hasPrefix("element 1: ") == true)
        #expect(world.committed.count == 1)
        await world.end()
    }

    @Test(arguments: MQTTVersion.allCases)
    func aRetainedMessageOnlyFillsAnEmptyRing(version: MQTTVersion) async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        try await world.broker.publish("machines/a/rpm", "1", retain: true)
        let configure: (inout MQTTSource.Configuration) -> Void = { $0.version = version }
        try await world.withSource(configure: configure) { _ in try await world.committed.first { $0.sequence == 1 } }
        // A new subscription brings the retained message again: not a new reading.
        let before = world.events.count
        try await world.withSource(configure: configure) { _ in
            try await world.events.first(from: before) { $0 == .committed(messages: 1) }
            // One that is published for others to keep is fresh to us, who are there.
            try await world.broker.publish("machines/a/rpm", "2", retain: true)
            try await world.committed.first { $0.sequence == 2 }
        }
        #expect(world.committed.all.compactMap(\.reading.metrics.rpm) == [1, 2])
        #expect(world.committed.all.map(\.reading.isRetained) == [true, false])
        await world.end()
    }

    @Test func statusTopicsReportOnlineAndOffline() async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        try await world.broker.publish("machines/a/rpm", "1", retain: true)
        try await world.withSource { _ in
            try await world.committed.first { $0.sequence == 1 }
            try await world.broker.publish("machines/a/rpm", "2")
            try await world.committed.first { $0.sequence == 2 }
            let before = world.events.count
            try await world.broker.publish("machines/a/status", "offline", retain: true)
            try await world.events.first(from: before) { $0 == .committed(messages: 1) }
        }
        let machine = try #require(MachineID("a"))
        let summary = try #require(world.store.directory.feed(machine)).summary(now: WallClock.system.now())
        #expect(summary.status.state == .offline)
        #expect(world.store.rejections.recent().isEmpty)
        await world.end()
    }

    @Test func unsubscribesFromFormerTemplates() async throws {
        let world = try SourceWorld(templates: [try TopicTemplate(parsing: "machines/{machine}/{metric}")])
        let path = world.directory.path("mqtt-session")
        var session = try SessionFile(path: path)
        try session.replaceFilters(["old/+"])
        let clientID = session.clientID
        try await world.broker.start()
        try await world.withSource { _ in
            try await world.events.first { $0 == .connected }
            try await world.broker.log.first { $0.contains("Received UNSUBSCRIBE from \(clientID)") }
        }
        #expect(try SessionFile(path: path).filters == ["machines/+/+"])
        #expect(try SessionFile(path: path).clientID == clientID)
        await world.end()
    }

    @Test func saysThatTheBrokerRefusesThePassword() async throws {
        let directory = try TemporaryDirectory()
        let passwords = directory.path("passwords")
        try "".write(toFile: passwords, atomically: true, encoding: .utf8)
        let configuration = "allow_anonymous false\npassword_file \(passwords)"
        let world = try SourceWorld(brokerConfiguration: configuration)
        try await world.broker.start()
        try await world.withSource(url: "mqtt://kim:wrong@127.0.0.1:\(world.broker.port)") { source in
            try await world.events.first { $0 == .failed(.refused, announced: true) }
            #expect(source.status.detail.contains("not authorised"), "\(source.status.detail)")
            #expect(!source.status.detail.contains("wrong"))
        }
        await world.end()
    }

    /// Nobody listens, with and without TLS.
    @Test(arguments: [
        ("mqtt://127.0.0.1", "Connection refused"), ("mqtt://[::1]", "Connection refused"),
        ("mqtts://localhost", "the connection was closed"),
    ]) func saysWhyThereIsNoConnection(host: String, reason: String) async throws {
        let world = try SourceWorld()
        try await world.withSource(url: "\(host):\(world.broker.port)") { source in
            try await world.events.first { $0 == .failed(.unreachable, announced: true) }
            #expect(source.status.detail.contains(reason), "\(source.status.detail)")
            #expect(!source.status.isConnected)
        }
        await world.end()
    }

    /// More than the broker's window and more than one batch, in order and each once.
    @Test(arguments: [true, false]) func keepsOrderOverManyMessages(readsDirectly: Bool) async throws {
        // By default the broker throws away what is beyond 1,000 waiting messages.
        let world = try SourceWorld(brokerConfiguration: "max_queued_messages 0")
        try await world.broker.start()
        let count = 3 * Limits.batchMessagesMax
        let path = world.directory.path("lines")
        let lines = (1...count).map { #"{"rpm":\#($0)}"# }.joined(separator: "\n") + "\n"
        try lines.write(toFile: path, atomically: true, encoding: .utf8)
        try await world.withSource(configure: { $0.readsDirectly = readsDirectly }) { _ in
            try await world.events.first { $0 == .connected }
            try await world.broker.publishLines("machines/a/telemetry", file: path)
            try await world.committed.first { $0.sequence == Int64(count) }
        }
        #expect(world.committed.all.compactMap(\.reading.metrics.rpm) == (1...count).map(Double.init))
        await world.end()
    }

    /// What is larger than our buffer goes to libmosquitto, between others that do not: the order stays, also that of
    /// acknowledgements.
    @Test(arguments: MQTTVersion.allCases, [true, false])
    func keepsOrderAroundALargeMessage(version: MQTTVersion, readsDirectly: Bool) async throws {
        let world = try SourceWorld()
        try await world.broker.start()
        let path = world.directory.path("large")
        try Data(repeating: 0x20, count: 3 * Limits.streamBufferBytes).write(to: URL(fileURLWithPath: path))
        let configure: (inout MQTTSource.Configuration) -> Void = {
            ($0.version, $0.readsDirectly) = (version, readsDirectly)
        }
        try await world.withSource(configure: configure) { source in
            try await world.events.first { $0 == .connected }
            for value in 1...3 {
                try await world.broker.publish("machines/a/rpm", "\(value)")
                try await world.broker.publish("machines/ä/telemetry", file: path)
            }
            try await world.broker.log.first { $0.contains("PUBACK from telemetryd") && $0.contains("Mid: 6") }
            #expect(source.status.messages == 6 && source.status.failures == 0)
        }
        #expect(world.committed.all.compactMap(\.reading.metrics.rpm) == [1, 2, 3])
        let acknowledged = world.broker.log.all.filter { $0.contains("PUBACK from telemetryd") }
        let identifiers = acknowledged.compactMap { $0.firstMatch(of: #/Mid: (\d+)/#)?.1 }
        #expect(identifiers == ["1", "2", "3", "4", "5", "6"])
        await world.end()
    }

    /// The lookup of a name cannot be interrupted, and may take half a minute when the name server is away.
    @Test func doesNotWaitForANameServer() async throws {
        let world = try SourceWorld()
        let (events, release) = (world.events, DispatchSemaphore(value: 0))
        let source = MQTTSource(
            configuration: .init(
                broker: try BrokerURL(parsing: "mqtt://127.0.0.1:\(world.broker.port)"),
                sessionPath: world.directory.path("mqtt-session")
            ),
            commit: MQTTSource.commit(to: world.store.writer),
            directory: world.store.directory,
            rejections: world.store.rejections,
            clock: .system,
            logger: Logger(label: "test") { _ in RecordingLogHandler(recorder: world.log) },
            onEvent: { event in
                events.append(event)
                // In the place of the lookup.
                if event == .connecting { release.wait() }
            }
        )
        async let ended: Void = source.run()
        try await events.first { $0 == .connecting }
        source.shutdown()
        try await ended
        #expect(events.all == [.connecting])
        release.signal()
        try await events.first { $0 == .stopped }
        await world.end()
    }

    @Test func endsAlsoWithoutABroker() async throws {
        let world = try SourceWorld()
        try await world.withSource { _ in
            try await world.events.first { $0 == .failed(.unreachable, announced: true) }
        }
        #expect(world.events.all.last == .stopped)
        await world.end()
    }
}

extension TestBroker {
    /// PUBACKs that came from a source.
    fileprivate var acknowledgements: Int { self.log.all.count { $0.contains("Received PUBACK from telemetryd") } }
}

extension Metrics {
    /// `name=value` in the order of the wire.
    fileprivate var described: String {
        let standard: [(String, Double?)] = [("rpm", self.rpm), ("torque", self.torque), ("pressure", self.pressure)]
        let shown = standard.compactMap { name, value in value.map { "\(name)=\($0)" } }
        return (shown + self.extra.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
    }
}
