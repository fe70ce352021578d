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

    let source: MQTTSource
    let wakeUp: WakeUp
    let plan: SubscriptionPlan
    let inbox: MQTTInbox
    var session: SessionFile
    var batch: MQTTBatch
    var state: MQTTConnectionState
    var client: MQTTClient?
    var nextHousekeeping = ContinuousClock.now
    /// Filters of the subscriptions that are not answered yet, by the identifier of their SUBSCRIBE.
    var openSubscriptions: [Int32: String] = [:]
    /// What the broker said to those that are answered.
    var answeredSubscriptions: [String: Int32] = [:]
    var meter: TrafficMeter
    /// Of the templates.
    let labelNames: Set<String>
    /// Warnings about machines of the same name.
    var twoPlacesTold = 0
    /// That the broker does not take what we publish was told.
    var isRefusalTold = false
    var gathering = GatherRule(lastCommit: .now)
    /// The writer took no more: this is the end, without acknowledgements.
    var isWriterStopped = false

    init(source: MQTTSource, session: SessionFile, wakeUp: WakeUp) {
        self.source = source
        self.session = session
        self.wakeUp = wakeUp
        self.plan = SubscriptionPlan(
            source.configuration.templates, share: source.configuration.share,
            takesSparkplug: source.configuration.sparkplug != nil)
        self.inbox = MQTTInbox(clock: source.clock, takesSparkplug: source.configuration.sparkplug != nil)
        self.meter = TrafficMeter(now: .now, interval: source.configuration.healthInterval)
        self.labelNames = Set(source.configuration.templates.flatMap(\.labelNames))
        self.batch = MQTTBatch(
            router: TopicRouter(templates: source.configuration.templates), sparkplug: source.configuration.sparkplug)
        self.state = MQTTConnectionState(now: .now, backoff: source.configuration.backoff)
    }

    /// Returns after `shutdown`.
    func run() {
        while !self.source.isStopRequested, !self.isWriterStopped {
            let timeout = self.advance()
            let events = self.poll(timeout)
            self.applyWaitingSparkplug()
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
            // Without a connection there is nothing to keep alive.
            let now = ContinuousClock.now
            let housekeeping = self.client == nil && next != nil ? nil : now + Limits.housekeepingInterval
            let earliest =
                [next, housekeeping, self.healthDeadline, self.batch.sparkplugDeadline].compactMap(\.self).min() ?? now
            return max(.zero, earliest - now)
        case .open:
            self.open()
        case .expire:
            self.fail(Failure(kind: .timeout, detail: "no answer within \(Limits.connectTimeout)"))
        }
        return .zero
    }

    private func open() {
        self.openSubscriptions = [:]
        self.answeredSubscriptions = [:]
        do {
            let client = try MQTTClient(
                clientID: self.session.clientID,
                configuration: self.source.configuration,
                inbox: self.inbox
            )
            self.client = client
            guard self.source.beginLookup() else { return }
            defer { self.source.endLookup() }
            self.source.onEvent(.connecting)
            try client.connect()
        } catch {
            self.fail(self.connectionFailure(error.description))
        }
    }

    // MARK: The socket

    private func poll(_ longest: Duration) -> Int16 {
        if self.client?.isBehind == true { return Int16(POLLIN) }
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
            if lost == nil, client.socket >= 0, events & Int16(POLLHUP) == 0 { lost = self.gather(client) }
            if socketError != 0, lost == nil || lost?.kind == .unreachable {
                lost = self.connectionFailure(String(cString: strerror(socketError)))
            } else if lost == nil, client.socket < 0 || (events & Int16(POLLHUP) != 0 && self.inbox.isEmpty) {
                // During a TLS handshake libmosquitto does not notice that the connection is gone, and a DISCONNECT of
                // the broker's is no error to it.
                lost = self.connectionFailure("the connection was closed")
            }
            // Before anything else, also when the connection broke behind these messages: a broker without
            // persistence may have forgotten them. If it has not, they come twice, which QoS 1 allows.
            try self.commitBatch()
            if let lost { throw lost }
            try self.takeAnswers(client)
            self.noticeRefusedPublication()
        }
        do {
            // From here on the acknowledgements of committed messages leave.
            if client.wantsWrite { try client.write() }
            self.reportHealth(client)
            if ContinuousClock.now >= self.nextHousekeeping {
                self.nextHousekeeping = .now + Limits.housekeepingInterval
                try client.keepAlive()
            }
        } catch {
            throw self.connectionFailure(error.description)
        }
    }

    /// Reads until the batch is full or the socket is empty. What came is in the inbox, also when the read failed.
    private func readBatch(_ client: MQTTClient) -> Failure? {
        do throws(MQTTClient.Failure) {
            for _ in 0..<Limits.batchReadsMax {
                guard try client.read(), !self.inbox.isFull else { break }
            }
            return self.inbox.disconnect == nil ? nil : self.connectionFailure("")
        } catch {
            return self.connectionFailure(error.description)
        }
    }

    /// Waits for what is to be committed with what has come (`GatherRule`).
    private func gather(_ client: MQTTClient) -> Failure? {
        while let rest = self.gathering.patience(for: self.inbox, now: .now) {
            guard client.socket >= 0 else { return nil }
            var descriptors = [
                pollfd(fd: client.socket, events: Int16(POLLIN), revents: 0),
                pollfd(fd: self.wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = Int32(rest.components.attoseconds / 1_000_000_000_000_000) + 1
            guard Glibc.poll(&descriptors, 2, milliseconds) > 0, descriptors[1].revents == 0,
                descriptors[0].revents == Int16(POLLIN)
            else { return nil }
            if let lost = self.readBatch(client) { return lost }
        }
        return nil
    }

    // MARK: Ends

    func fail(_ failure: Failure) {
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
            self.announce(online: false, client)
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
