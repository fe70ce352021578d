package import Logging
import Synchronization
package import TelemetryCore

/// Plays a recording. Life: `init`, `run` (once), `shutdown` or cancellation; the end of the recording is an ordinary
/// end, too.
///
/// Lines come when it is their time: all that are due go to the writer as one batch, and the next batch waits for its
/// commit. So a slow disk slows the recording down, and nothing is dropped. What the writer cannot take now is tried
/// again.
package final class ReplaySource: Sendable {
    /// Suspends until the readings are committed.
    package typealias Submit = @Sendable ([Reading]) async throws(ReadingWriter.SubmitError) -> ReadingWriter.Receipt

    private let recording: ReplayRecording
    private let indexLinesMax: Int
    private let submit: Submit
    private let rejections: RejectionLog
    private let clock: WallClock
    private let timer: any Clock<Duration>
    private let logger: Logger
    private let state = Mutex(ReplayStatus())
    private let stopSignal: AsyncStream<Void>
    private let stopContinuation: AsyncStream<Void>.Continuation

    /// `timer` says when lines are played; `clock` stamps their readings.
    package convenience init(
        recording: ReplayRecording,
        writer: ReadingWriter,
        rejections: RejectionLog,
        clock: WallClock,
        logger: Logger,
        timer: any Clock<Duration> = ContinuousClock()
    ) {
        self.init(
            recording: recording,
            submit: { readings throws(ReadingWriter.SubmitError) in try await writer.submit(readings) },
            rejections: rejections,
            clock: clock,
            logger: logger,
            timer: timer
        )
    }

    /// `submit` takes the writer's place, and a piece has at most `indexLinesMax` lines, for tests.
    package init(
        recording: ReplayRecording,
        submit: @escaping Submit,
        rejections: RejectionLog,
        clock: WallClock,
        logger: Logger,
        timer: any Clock<Duration>,
        indexLinesMax: Int = Limits.replayIndexLinesMax
    ) {
        self.indexLinesMax = indexLinesMax
        self.recording = recording
        self.submit = submit
        self.rejections = rejections
        self.clock = clock
        self.timer = timer
        self.logger = logger
        (self.stopSignal, self.stopContinuation) = AsyncStream.makeStream()
    }

    package var status: ReplayStatus { self.state.withLock { $0 } }

    /// Runs until the recording ends, `shutdown` or cancellation; all are an ordinary end. So is a file that cannot be
    /// read any further: it is logged, and told by `status`.
    package func run() async throws {
        self.logger.info("recording started", metadata: ["file": "\(self.recording.options.fileName)"])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.play(self.timer) }
            group.addTask { for await _ in self.stopSignal {} }
            await group.next()
            group.cancelAll()
        }
        self.logEnd()
    }

    /// Any thread, any number of times.
    package func shutdown() {
        self.stopContinuation.finish()
    }

    private func play<Timer: Clock<Duration>>(_ timer: Timer) async {
        do {
            repeat {
                try await self.pass(timer)
                self.state.withLock { $0.passes += 1 }
                // Between the last line and the first again passes a second of the recording.
                if case .times(let speed) = self.recording.options.speed, self.recording.options.loops {
                    try await timer.sleep(for: .seconds(1) / speed)
                }
                // A loop in which nothing is ever stored would only spin.
            } while self.recording.options.loops && self.status.stored + self.status.duplicates > 0
            self.state.withLock { $0.isFinished = true }
        } catch is CancellationError {
            // Asked to end: what was submitted is committed.
        } catch {
            self.state.withLock { $0.failure = "\(error)" }
        }
    }

    /// The recording once, in as many pieces as the index needs.
    private func pass<Timer: Clock<Duration>>(_ timer: Timer) async throws {
        let (recording, options) = (self.recording, self.recording.options)
        var lines = RecordingLines(
            file: recording.file, scanner: recording.decoder.scanner, from: recording.dataStart)
        var line: Int32 = recording.decoder.scanner == nil ? 0 : 1
        var times: ReplayTimes?
        var began = timer.now
        var isComplete = false
        while !isComplete {
            let index = try await ReplayIndex.build(recording, &lines, line: &line, linesMax: self.indexLinesMax)
            isComplete = index.isComplete
            self.note(index)
            guard let first = index.entries.first, let last = index.entries.last else { return }
            if times == nil { began = timer.now }
            let start = times?.start ?? self.clock.now()
            let piece = ReplayTimes(
                first: times?.first ?? first.playTime, last: last.playTime, start: start, options: options)
            times = piece
            var batch = ReplayBatch(recording: recording, times: piece)
            for entry in index.entries {
                if let delay = piece.delay(of: entry.playTime), timer.now < began.advanced(by: delay) {
                    try await self.commit(&batch, timer)
                    try await timer.sleep(until: began.advanced(by: delay), tolerance: nil)
                }
                try batch.append(entry, received: self.clock.now())
                if batch.rows >= Limits.replayBatchLines { try await self.commit(&batch, timer) }
            }
            try await self.commit(&batch, timer)
        }
    }

    private func note(_ index: ReplayIndex) {
        self.state.withLock { status in
            guard status.passes == 0 else { return }
            status.gaps += index.gaps
            status.backwardJumps += index.backwardJumps
            status.largestBackwardJump = max(status.largestBackwardJump, index.largestBackwardJump)
        }
    }

    private func commit<Timer: Clock<Duration>>(_ batch: inout ReplayBatch, _ timer: Timer) async throws {
        guard batch.rows > 0 else { return }
        let receipt = try await self.stored(batch.readings, timer)
        if let receipt { batch.takeRefusals(receipt.refused) }
        for refusal in batch.rejections(time: self.clock.now()) { self.rejections.record(refusal) }
        self.state.withLock { status in
            status.rows += batch.rows
            status.stored += receipt?.stored.count { $0 != nil } ?? 0
            status.duplicates += receipt?.duplicates ?? 0
            for (reason, count) in batch.refusedCounts { status.refused[reason, default: 0] += count }
        }
        batch.removeAll()
        try Task.checkCancellation()
        // Played flat out, others shall have a turn.
        await Task.yield()
    }

    /// Tries until the writer has taken them; nil when there are none.
    private func stored<Timer: Clock<Duration>>(
        _ readings: [Reading], _ timer: Timer
    ) async throws -> ReadingWriter.Receipt? {
        if readings.isEmpty { return nil }
        var isTold = false
        while true {
            do {
                return try await self.submit(readings)
            } catch .stopped {
                throw CancellationError()
            } catch {
                // Once per episode.
                if !isTold { self.logger.warning("recording waits for the store", metadata: ["error": "\(error)"]) }
                isTold = true
                try await timer.sleep(for: error == .queueFull ? Limits.replayRetryFull : Limits.replayRetryStorage)
            }
        }
    }

    private func logEnd() {
        let status = self.status
        var metadata: Logger.Metadata = [
            "file": "\(self.recording.options.fileName)", "rows": "\(status.rows)", "stored": "\(status.stored)",
            "duplicates": "\(status.duplicates)", "refused": "\(status.refusedCount)", "gaps": "\(status.gaps)",
            "backward": "\(status.backwardJumps)", "passes": "\(status.passes)",
        ]
        for (reason, count) in status.refused { metadata["refused-\(reason)"] = "\(count)" }
        if let failure = status.failure {
            metadata["error"] = "\(failure)"
            self.logger.error("recording cannot be read any further", metadata: metadata)
        } else {
            self.logger.info("recording ended", metadata: metadata)
        }
    }
}
