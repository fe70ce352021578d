import Logging
import TelemetryCore

/// What the broker says: accepted, granted, refused, and why it ends a connection.
extension MQTTLoop {
    /// The most telling reason there is for a connection that could not be made, or broke; `fallback` is what the
    /// failed call says.
    func connectionFailure(_ fallback: String) -> Failure {
        if let answer = self.inbox.connectionAnswer, answer.code != 0 {
            return Failure(kind: .refused, detail: Self.line(BrokerAnswer.connectionRefused(answer.code), answer))
        }
        if let answer = self.inbox.disconnect {
            let kind: ConnectionFailure = BrokerAnswer.isRefusal(disconnect: answer.code) ? .refused : .unreachable
            return Failure(kind: kind, detail: Self.line(BrokerAnswer.disconnected(answer.code), answer))
        }
        if let diagnosis = self.inbox.tls.diagnosis { return Failure(kind: .certificate, detail: diagnosis) }
        return Failure(kind: .unreachable, detail: fallback)
    }

    private static func line(_ meaning: String, _ answer: MQTTInbox.Answer) -> String {
        answer.words.flatMap { $0.isEmpty ? nil : "\(meaning) (\($0))" } ?? meaning
    }

    /// Connection accepted, subscriptions granted.
    func takeAnswers(_ client: MQTTClient) throws(Failure) {
        if let answer = self.inbox.takeConnectionAnswer(), answer.code == 0 {
            client.isAccepted = true
            switch self.state.accepted() {
            case .subscribe: try self.subscribe(client)
            case .violation: throw Failure(kind: .refused, detail: "the broker accepted what nobody asked for")
            case .none: break
            }
        }
        for (identifier, granted) in self.inbox.takeSubscriptionAnswers() {
            guard let filter = self.openSubscriptions.removeValue(forKey: identifier) else {
                throw Failure(kind: .refused, detail: "the broker granted what nobody asked for")
            }
            self.answeredSubscriptions[filter] = granted
        }
        guard !self.state.isConnected, self.openSubscriptions.isEmpty, !self.answeredSubscriptions.isEmpty else {
            return
        }
        try self.checkGranted()
        switch self.state.subscribed(now: .now) {
        case .ready(let announce):
            self.becameReady(announce: announce)
            self.announce(online: true, client)
        case .violation: throw Failure(kind: .refused, detail: "the broker granted what nobody asked for")
        case .none: break
        }
    }

    /// Some topics of several may be refused; without a single one for readings there is nothing to wait for.
    private func checkGranted() throws(Failure) {
        let needed = self.plan.readings.isEmpty ? self.plan.status : self.plan.readings
        let refused = needed.compactMap { filter in
            self.answeredSubscriptions[filter].flatMap { $0 > 2 ? (filter, $0) : nil }
        }
        guard let (filter, code) = refused.first, refused.count == needed.count else { return }
        throw Failure(kind: .refused, detail: "`\(filter)`: \(BrokerAnswer.subscriptionRefused(code))")
    }

    private func subscribe(_ client: MQTTClient) throws(Failure) {
        let wanted = self.plan.filters
        let stale = self.session.filters.filter { !wanted.contains($0) }
        // Written before and after: whatever happens in between, no filter that the broker may hold is forgotten.
        self.remember(wanted + stale)
        do {
            for filter in stale { try client.unsubscribe(filter) }
            for filter in wanted { self.openSubscriptions[try client.subscribe(filter)] = filter }
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

    private func becameReady(announce: Bool) {
        self.remember(self.plan.filters)
        // Rates count from here on.
        self.meter = TrafficMeter(now: .now, interval: self.source.configuration.healthInterval)
        let broker = self.source.configuration.broker.redacted
        self.source.updateStatus { status in
            status.isConnected = true
            status.since = self.source.clock.now()
            status.detail = "connected to \(broker)"
            status.connections += 1
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
        for (filter, code) in self.answeredSubscriptions.sorted(by: { $0.key < $1.key }) where code > 2 {
            let reason = BrokerAnswer.subscriptionRefused(code)
            logger.warning(
                "MQTT broker refused a subscription", metadata: ["filter": "\(filter)", "reason": "\(reason)"])
        }
        self.source.onEvent(.connected)
    }
}
