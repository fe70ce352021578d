import CMosquitto
import Glibc
import Logging
import TelemetryCore

/// The MQTT thread: `poll` on libmosquitto's socket and a wake-up, read a batch, decode it, commit it, and only then
/// let the acknowledgements leave. Everything in here belongs to that one thread.
final class MQTTLoop {
    /// A reason to drop the connection.
    struct Failure: Error {
        let kind: ConnectionFailure
        let detail: String
    }

    private let source: MQTTSource
    private let wakeUp: WakeUp
    private let plan: SubscriptionPlan
    private let inbox: MQTTInbox
    private var session: SessionFile
    private var batch: MQTTBatch
    private var state: MQTTConnectionState
    private var client: MQTTClient?
    private var nextHousekeeping = ContinuousClock.now
    /// The writer took no more: this is the end, without acknowledgements.
    private var isWriterStopped = false

    init(source: MQTTSource, session: SessionFile, wakeUp: WakeUp) {
        self.source = source
        self.session = session
        self.wakeUp = wakeUp
        self.plan = SubscriptionPlan(joining: source.configuration.templates.map(\.filter))
        self.inbox = MQTTInbox(clock: source.clock)
        self.batch = MQTTBatch(router: TopicRouter(templates: source.configuration.templates))
        self.state = MQTTConnectionState(now: .now, backoff: source.configuration.backoff)
    }

    /// Returns after `shutdown`.
    func run() {
        while !self.source.isStopRequested, !self.isWriterStopped {
            let timeout = self.advance()
            let events = self.poll(timeout)
            guard let client = self.client else { continue }
            do throws(Failure) {
                try self.serve(client, events)
            } catch {
                self.fail(error)
            }
        }
        self.stop()
    }

    // MARK: Time

    /// Carries out what is due and says how long `poll` may wait.
    private func advance() -> Duration {
        switch self.state.tick(now: .now) {
        case .none(let next):
            guard let next else { return Limits.housekeepingInterval }
            let untilNext = next - .now
            return self.client == nil ? untilNext : min(untilNext, Limits.housekeepingInterval)
        case .open:
            self.open()
        case .expire:
            self.fail(Failure(kind: .timeout, detail: "no answer within \(Limits.connectTimeout)"))
        }
        return .zero
    }

    private func open() {
        self.inbox.startConnection()
        do {
            let client = try MQTTClient(
                clientID: self.session.clientID,
                broker: self.source.configuration.broker,
                inbox: self.inbox
            )
            self.client = client
            try client.connect(to: self.source.configuration.broker)
        } catch {
            self.fail(Failure(kind: .unreachable, detail: error.description))
        }
    }

    // MARK: The socket

    private func poll(_ longest: Duration) -> Int16 {
        var timeout = longest
        if self.client?.isShakingHands == true { timeout = min(timeout, Limits.handshakePollInterval) }
        var descriptors = [pollfd(fd: self.wakeUp.descriptor, events: Int16(POLLIN), revents: 0)]
        if let client = self.client, client.socket >= 0 {
            let events = client.wantsWrite && !client.isShakingHands ? POLLIN | POLLOUT : POLLIN
            descriptors.append(pollfd(fd: client.socket, events: Int16(events), revents: 0))
        }
        let (seconds, attoseconds) = timeout.components
        // Rounded up: a wait that ends a little early would only spin.
        let milliseconds = max(0, seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        // EINTR cannot be: signals are blocked. Other errors are ours alone; nothing is ready then.
        guard Glibc.poll(&descriptors, nfds_t(descriptors.count), Int32(clamping: milliseconds)) > 0 else { return 0 }
        if descriptors[0].revents != 0 { self.wakeUp.drain() }
        return descriptors.count > 1 ? descriptors[1].revents : 0
    }

    private func serve(_ client: MQTTClient, _ events: Int16) throws(Failure) {
        if events & Int16(POLLIN | POLLERR | POLLHUP) != 0 {
            // Asked before the read, which would clear it and tell less ("The connection was lost").
            let socketError = events & Int16(POLLERR) != 0 ? client.takeSocketError() : 0
            var lost = self.readBatch(client)
            if socketError != 0, lost?.kind != .refused {
                lost = Failure(kind: .unreachable, detail: String(cString: strerror(socketError)))
            } else if lost == nil, events & Int16(POLLHUP) != 0, self.inbox.isEmpty {
                // During a TLS handshake libmosquitto does not notice that the connection is gone.
                lost = Failure(kind: .unreachable, detail: "the connection was closed")
            }
            // Before anything else, also when the connection broke behind these messages: a broker without
            // persistence may have forgotten them. If it has not, they come twice, which QoS 1 allows.
            try self.commitBatch()
            if let lost { throw lost }
            try self.takeAnswers(client)
        }
        do {
            // From here on the acknowledgements of committed messages leave.
            if client.wantsWrite { try client.write() }
            if ContinuousClock.now >= self.nextHousekeeping {
                self.nextHousekeeping = .now + Limits.housekeepingInterval
                try client.keepAlive()
            }
        } catch {
            throw Failure(kind: .unreachable, detail: error.description)
        }
    }

    /// Reads until the batch is full or the socket is empty. What came is in the inbox, also when the read failed.
    private func readBatch(_ client: MQTTClient) -> Failure? {
        do throws(MQTTClient.Failure) {
            for _ in 0..<Limits.batchReadsMax {
                try client.read()
                if self.inbox.isFull || !Self.hasInput(client.socket) { break }
            }
            return nil
        } catch {
            guard let code = self.inbox.connectionAnswer, code != 0 else {
                return Failure(kind: .unreachable, detail: error.description)
            }
            return Failure(kind: .refused, detail: String(cString: mosquitto_connack_string(code)))
        }
    }

    private static func hasInput(_ socket: Int32) -> Bool {
        guard socket >= 0 else { return false }
        var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&descriptor, 1, 0) > 0
    }

    // MARK: What came

    /// Connection accepted, subscriptions granted.
    private func takeAnswers(_ client: MQTTClient) throws(Failure) {
        if let code = self.inbox.takeConnectionAnswer(), code == 0 {
            client.isAccepted = true
            switch self.state.accepted() {
            case .subscribe: try self.subscribe(client)
            case .violation: throw Failure(kind: .refused, detail: "the broker accepted what nobody asked for")
            case .none: break
            }
        }
        let expected = min(self.plan.filters.count, Limits.grantedAnswersMax)
        guard !self.state.isConnected, self.inbox.subscriptionAnswers >= expected else { return }
        let refused = self.inbox.grantedQoS.count { $0 > 2 }
        guard refused < self.plan.filters.count else {
            throw Failure(kind: .refused, detail: "the broker lets this client subscribe to none of its topics")
        }
        switch self.state.subscribed(now: .now) {
        case .ready(let announce): self.becameReady(announce: announce, refusedFilters: refused)
        case .violation: throw Failure(kind: .refused, detail: "the broker granted what nobody asked for")
        case .none: break
        }
    }

    private func subscribe(_ client: MQTTClient) throws(Failure) {
        let wanted = self.plan.filters
        let stale = self.session.filters.filter { !wanted.contains($0) }
        // Written before and after: whatever happens in between, no filter that the broker may hold is forgotten.
        self.remember(wanted + stale)
        do {
            for filter in stale { try client.unsubscribe(filter) }
            for filter in wanted { try client.subscribe(filter) }
        } catch {
            throw Failure(kind: .refused, detail: error.description)
        }
    }

    private func remember(_ filters: [String]) {
        do {
            try self.session.replaceFilters(filters)
        } catch {
            // Only a later change of templates would suffer.
            self.source.logger.warning("MQTT session file not written", metadata: ["error": "\(error)"])
        }
    }

    private func becameReady(announce: Bool, refusedFilters: Int) {
        self.remember(self.plan.filters)
        let broker = self.source.configuration.broker.redacted
        self.source.updateStatus { status in
            status.isConnected = true
            status.since = self.source.clock.now()
            status.detail = "connected to \(broker)"
        }
        let metadata: Logger.Metadata = [
            "broker": "\(broker)", "filters": "\(self.plan.filters.joined(separator: " "))",
        ]
        let logger = self.source.logger
        if announce {
            logger.notice("MQTT broker is back", metadata: metadata)
        } else {
            logger.info("MQTT broker connected", metadata: metadata)
        }
        if refusedFilters > 0 {
            logger.warning("MQTT broker refused some subscriptions", metadata: ["count": "\(refusedFilters)"])
        }
        self.source.onEvent(.connected)
    }

    /// Decodes what is in the inbox and commits it; throws, with nothing acknowledged, when the database refuses.
    private func commitBatch() throws(Failure) {
        let messageCount = self.inbox.messages.count
        guard messageCount > 0 else { return }
        self.batch.decode(self.inbox)
        let storedCount: Int
        do throws(ReadingWriter.SubmitError) {
            storedCount = try self.commitReadings()
        } catch {
            self.isWriterStopped = error == .stopped
            throw Failure(kind: .storage, detail: "readings were not stored (\(error)); the broker keeps them")
        }
        self.inbox.removeMessages()
        for report in self.batch.reports {
            self.source.directory.report(
                report.machine, online: report.isOnline, reason: "MQTT status", at: report.time)
        }
        for rejection in self.batch.rejections { self.source.rejections.record(rejection) }
        let refusedCount = self.batch.refusedCount
        self.source.updateStatus { status in
            status.messages += messageCount
            status.committedReadings += storedCount
            status.refused += refusedCount
        }
        self.source.onEvent(.committed(messages: messageCount))
    }

    /// Commits the batch's readings, in pieces the writer's bound is made for. Gives how many are stored now; what the
    /// writer refuses becomes rejections of the batch, to be acknowledged like any other.
    private func commitReadings() throws(ReadingWriter.SubmitError) -> Int {
        var storedCount = 0
        let readings = self.batch.readings
        for start in stride(from: 0, to: readings.count, by: Limits.submissionReadingsMax) {
            let end = min(start + Limits.submissionReadingsMax, readings.count)
            // As a rule it is one piece, and nothing is copied.
            let piece = end - start == readings.count ? readings : Array(readings[start..<end])
            let receipt = try self.source.commit(piece)
            storedCount += receipt.stored.count { $0 != nil }
            self.batch.takeRefusals(receipt.refused, from: start, of: self.inbox)
        }
        return storedCount
    }

    // MARK: Ends

    private func fail(_ failure: Failure) {
        // Queued acknowledgements die with the client; the broker will send those messages again.
        self.client = nil
        self.inbox.removeMessages()
        let jitter = Double.random(in: 0...1)
        guard case .retry(_, let announce) = self.state.failed(failure.kind, now: .now, jitter: jitter) else { return }
        self.source.updateStatus { status in
            if status.isConnected { status.since = self.source.clock.now() }
            status.isConnected = false
            status.detail = "no connection to \(self.source.configuration.broker.redacted): \(failure.detail)"
            status.failures += 1
        }
        if announce, !self.isWriterStopped {
            let metadata: Logger.Metadata = [
                "broker": "\(self.source.configuration.broker.redacted)", "reason": "\(failure.detail)",
            ]
            self.source.logger.warning("MQTT broker away, trying again until it is back", metadata: metadata)
        }
        self.source.onEvent(.failed(failure.kind, announced: announce))
    }

    private func stop() {
        // Between two rounds the inbox is empty and everything committed is acknowledged, unless the socket was full:
        // then the broker sends those messages again next time.
        if case .disconnect = self.state.stop(), let client = self.client {
            // A broker that is gone needs no goodbye.
            try? client.disconnect()
            try? client.write()
        }
        self.client = nil
        self.source.updateStatus { status in
            if status.isConnected { status.since = self.source.clock.now() }
            status.isConnected = false
            status.detail = "stopped"
        }
        self.source.onEvent(.stopped)
    }
}
