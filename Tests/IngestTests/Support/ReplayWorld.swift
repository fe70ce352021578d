import Foundation
import Logging
import Synchronization
import TelemetryCore
import Testing

@testable import Ingest

/// A recording in a file of its own, and what becomes of it without a store.
final class ReplayWorld: Sendable {
    static let now = Timestamp(milliseconds: 1_763_717_286_000)

    let directory: TemporaryDirectory
    let timer = ManualClock()
    let submitted = Recorder<[Reading]>()
    let rejections = RejectionLog()
    let log = Recorder<String>()
    /// What the next submissions fail with, before any succeeds.
    let failures = Mutex<[ReadingWriter.SubmitError]>([])
    /// Readings that are refused, by what they say.
    let refuses: @Sendable (Reading) -> Bool

    init(refuses: @escaping @Sendable (Reading) -> Bool = { _ in false }) throws {
        self.directory = try TemporaryDirectory()
        self.refuses = refuses
    }

    func write(_ text: String, to name: String = "tape.csv") throws -> String {
        let path = self.directory.path(name)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    func recording(_ text: String, _ options: String = "", name: String = "tape.csv") throws -> ReplayRecording {
        let path = try self.write(text, to: name)
        return try ReplayRecording(try ReplayOptions(parsing: options.isEmpty ? path : "\(path),\(options)"))
    }

    func source(_ recording: ReplayRecording, piece: Int = Limits.replayIndexLinesMax) -> ReplaySource {
        let log = self.log
        return ReplaySource(
            recording: recording,
            submit: { readings throws(ReadingWriter.SubmitError) in try self.take(readings) },
            rejections: self.rejections,
            clock: WallClock { Self.now.adding(milliseconds: self.timer.now.offset.wholeMilliseconds) },
            logger: Logger(label: "test") { _ in RecordingLogHandler(recorder: log) },
            timer: self.timer,
            indexLinesMax: piece
        )
    }

    private func take(_ readings: [Reading]) throws(ReadingWriter.SubmitError) -> ReadingWriter.Receipt {
        let failure = self.failures.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if let failure { throw failure }
        self.submitted.append(readings)
        var refused: [ReadingWriter.Receipt.Refusal] = []
        for (index, reading) in readings.enumerated() where self.refuses(reading) {
            refused.append(.init(index: index, reason: .unitChanged, remedy: "keep to one unit"))
        }
        let gone = Set(refused.map(\.index))
        return .init(stored: readings.indices.map { gone.contains($0) ? nil : Int64($0 + 1) }, refused: refused)
    }

    /// Plays to the end without moving the clock: for `speed=max`.
    func play(_ text: String, _ options: String, name: String = "tape.csv") async throws -> ReplayStatus {
        let source = self.source(try self.recording(text, options, name: name))
        try await source.run()
        return source.status
    }

    /// `2018-07-30T14:22:42.083Z Mazak01 rpm=1` for each reading.
    var lines: [String] {
        self.submitted.all.flatMap { $0 }.map { reading in
            let names = StandardMetric.allCases.map(\.rawValue) + reading.metrics.extra.map(\.name.text)
            let metrics = names.compactMap { MetricName($0) }.compactMap { name in
                reading.metrics.value(name).map { "\(name)=\($0)" }
            }
            let units = reading.units.map { "\($0.metric):\($0.symbol)" }
            return ([reading.timestamp.iso8601, reading.machine.name] + metrics + units).joined(separator: " ")
        }
    }
}
