import Foundation
import Logging
import Synchronization
import TelemetryCore

@testable import Ingest

/// A store, a broker and (while `withSource` runs) an MQTT source between them.
final class SourceWorld: Sendable {
    let directory: TemporaryDirectory
    let broker: TestBroker
    let store: TelemetryStore
    let events = Recorder<MQTTSource.Event>()
    /// Everything that was committed, in order.
    let committed = Recorder<StoredReading>()
    let log = Recorder<String>()
    /// The `reason` of each log message that has one.
    let reasons = Recorder<String>()
    private let templates: [TopicTemplate]

    private struct Sink: ReadingSink {
        let recorder: Recorder<StoredReading>

        func committed(_ readings: [StoredReading]) {
            for reading in readings { self.recorder.append(reading) }
        }
    }

    init(templates: [TopicTemplate] = TopicTemplate.defaults, brokerConfiguration: String = "") throws {
        self.templates = templates
        self.directory = try TemporaryDirectory()
        self.broker = try TestBroker(directory: self.directory, extraConfiguration: brokerConfiguration)
        let configuration = TelemetryStore.Configuration(
            databasePath: self.directory.path("telemetry.sqlite"),
            historyPerMachine: 100
        )
        self.store = try TelemetryStore(configuration: configuration, clock: .system, logger: Logger(label: "test"))
        self.store.addSink(Sink(recorder: self.committed))
        self.store.start()
    }

    /// Runs a source while `body` runs. `url` nil: the broker. `commit` nil: the store's writer. `configure` changes
    /// what the source is made of.
    func withSource(
        url: String? = nil,
        commit: MQTTSource.Commit? = nil,
        configure: (inout MQTTSource.Configuration) -> Void = { _ in },
        _ body: (MQTTSource) async throws -> Void
    ) async throws {
        var chosenCommit = MQTTSource.commit(to: self.store.writer)
        if let commit { chosenCommit = commit }
        let events = self.events
        let (log, reasons) = (self.log, self.reasons)
        var configuration = MQTTSource.Configuration(
            broker: try BrokerURL(parsing: url ?? "mqtt://127.0.0.1:\(self.broker.port)"),
            templates: self.templates,
            sessionPath: self.directory.path("mqtt-session"),
            backoff: Backoff(min: .milliseconds(10), max: .milliseconds(50))
        )
        configure(&configuration)
        let source = MQTTSource(
            configuration: configuration,
            commit: chosenCommit,
            directory: self.store.directory,
            rejections: self.store.rejections,
            clock: .system,
            logger: Logger(label: "test") { _ in RecordingLogHandler(recorder: log, reasons: reasons) },
            onEvent: { events.append($0) }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run() }
            do {
                try await body(source)
            } catch {
                source.shutdown()
                throw error
            }
            source.shutdown()
            try await group.waitForAll()
        }
    }

    /// To be called at the end of every test.
    func end() async {
        await self.broker.stop()
        await self.store.stop()
    }
}

/// Keeps the messages of the log.
struct RecordingLogHandler: LogHandler {
    let recorder: Recorder<String>
    let reasons: Recorder<String>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(recorder: Recorder<String>, reasons: Recorder<String> = Recorder()) {
        self.recorder = recorder
        self.reasons = reasons
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if let reason = event.metadata?["reason"] { self.reasons.append("\(reason)") }
        self.recorder.append("\(event.level): \(event.message)")
    }
}
