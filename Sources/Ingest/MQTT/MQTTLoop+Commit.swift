import Logging
import TelemetryCore

/// From what came to what is committed. Nothing is acknowledged before.
extension MQTTLoop {
    /// Decodes what is in the inbox and commits it; throws, with nothing acknowledged, when the database refuses.
    func commitBatch() throws(Failure) {
        let messageCount = self.inbox.messages.count
        guard messageCount > 0 else { return }
        let byteCount = self.inbox.messages.reduce(0) { $0 + $1.payloadCount }
        let redeliveredCount = self.inbox.messages.count { $0.isRedelivered }
        self.source.updateStatus { $0.inFlight = messageCount }
        defer { self.source.updateStatus { $0.inFlight = 0 } }
        self.batch.decode(self.inbox)
        let outcome: Outcome
        do throws(ReadingWriter.SubmitError) {
            outcome = try self.commitReadings()
        } catch {
            self.isWriterStopped = error == .stopped
            throw Failure(kind: .storage, detail: "readings were not stored (\(error)); the broker keeps them")
        }
        self.gathering.lastCommit = .now
        self.inbox.removeMessages()
        for report in self.batch.reports {
            self.source.directory.report(
                report.machine, online: report.isOnline, reason: report.reason, at: report.time)
        }
        self.askForBirths()
        for rejection in self.batch.rejections { self.source.rejections.record(rejection) }
        for (machine, labels) in self.batch.sparkplugLabels { self.source.directory.setLabels(labels, of: machine) }
        for placed in self.batch.takeNewLabels() { self.place(placed) }
        self.countMessages()
        let refusedCount = self.batch.refusedCount
        self.source.updateStatus { status in
            status.messages += messageCount
            status.bytes += byteCount
            status.redelivered += redeliveredCount
            status.committedReadings += outcome.stored
            status.duplicates += outcome.duplicates
            status.refused += refusedCount
        }
        self.source.onEvent(.committed(messages: messageCount))
    }

    /// Sparkplug: what has waited for an earlier message for long enough.
    func applyWaitingSparkplug() {
        guard let deadline = self.batch.sparkplugDeadline, deadline <= .now else { return }
        self.batch.decodeWaiting(now: .now)
        do throws(ReadingWriter.SubmitError) {
            let outcome = try self.commitReadings()
            self.source.updateStatus { $0.committedReadings += outcome.stored }
        } catch {
            self.isWriterStopped = error == .stopped
            self.fail(Failure(kind: .storage, detail: "readings that had waited were not stored (\(error))"))
            return
        }
        for rejection in self.batch.rejections { self.source.rejections.record(rejection) }
        let refusedCount = self.batch.refusedCount
        self.source.updateStatus { $0.refused += refusedCount }
        self.askForBirths()
    }

    private func askForBirths() {
        guard let client = self.client else { return }
        for topic in self.batch.missingBirths {
            let command = SparkplugPayload.rebirthCommand(now: self.source.clock.now())
            // One that does not leave is asked for again with the next data.
            try? client.publish(topic, command, qos: 0, isRetained: false)
        }
    }

    /// What the database knows of a machine stays until its topics say otherwise: after a restart a retained status
    /// comes long before a reading, if ever one comes, and says less. Names that no template has any longer go.
    private func place(_ placed: TopicRouter.Placed) {
        let known = self.source.directory.feed(placed.machine)?.summary(now: self.source.clock.now()).labels ?? [:]
        let kept = known.filter { self.labelNames.contains($0.key) }
        self.source.directory.setLabels(kept.merging(placed.labels) { $1 }, of: placed.machine)
        if placed.isElsewhere { self.warnOfTwoPlaces(placed) }
    }

    /// Machines are told apart by their name alone: two of one name in two halls would become one, with a zigzag of
    /// both for a trend.
    private func warnOfTwoPlaces(_ placed: TopicRouter.Placed) {
        guard self.twoPlacesTold < Limits.twoPlacesToldMax else { return }
        self.twoPlacesTold += 1
        let labels = placed.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        self.source.logger.warning(
            "MQTT machine is at two places: moved, or two machines of one name",
            metadata: ["machine": "\(placed.machine)", "now": "\(labels)"])
    }

    private struct Outcome {
        var stored = 0
        var duplicates = 0
    }

    /// Commits the batch's readings, in pieces the writer's bound is made for. What the writer refuses becomes
    /// rejections of the batch, to be acknowledged like any other.
    private func commitReadings() throws(ReadingWriter.SubmitError) -> Outcome {
        var outcome = Outcome()
        let readings = self.batch.readings
        for start in stride(from: 0, to: readings.count, by: Limits.submissionReadingsMax) {
            let end = min(start + Limits.submissionReadingsMax, readings.count)
            // As a rule it is one piece, and nothing is copied.
            let piece = end - start == readings.count ? readings : Array(readings[start..<end])
            let receipt = try self.source.commit(piece)
            outcome.stored += receipt.stored.count { $0 != nil }
            outcome.duplicates += receipt.duplicates
            self.batch.takeRefusals(receipt.refused, from: start, of: self.inbox)
        }
        return outcome
    }
}
