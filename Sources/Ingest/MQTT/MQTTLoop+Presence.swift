import Logging
import TelemetryCore

/// What this gateway tells others at the broker: that it is there, and how it is.
///
/// `telemetryd/{id}/state` is retained: `online` once the subscriptions are granted, `offline` at an orderly end and,
/// as the last will, when the connection breaks. Not telling costs nobody a reading, so nothing here ends a
/// connection.
extension MQTTLoop {
    static let online = Array("online".utf8)
    static let offline = Array("offline".utf8)

    /// When the next health report is due; nil: nobody is told.
    var healthDeadline: ContinuousClock.Instant? {
        self.source.configuration.gatewayID != nil && self.state.isConnected ? self.meter.deadline : nil
    }

    func announce(online isOnline: Bool, _ client: MQTTClient) {
        guard let id = self.source.configuration.gatewayID else { return }
        // Fails only without memory or connection; both show elsewhere.
        try? client.publish(id.stateTopic, isOnline ? Self.online : Self.offline, qos: 1, isRetained: true)
    }

    func countMessages() {
        // Taken in any case: they are of this batch.
        let counts = self.batch.takeCounts()
        guard self.source.configuration.gatewayID != nil else { return }
        for (machine, messages) in counts { self.meter.count(machine, messages) }
    }

    func reportHealth(_ client: MQTTClient) {
        guard let id = self.source.configuration.gatewayID, self.state.isConnected else { return }
        // A broker that does not take our data any more must not fill the memory.
        guard !client.wantsWrite, let rates = self.meter.report(now: .now) else { return }
        let report = HealthReport(id: id, time: self.source.clock.now(), status: self.source.status, rates: rates)
        try? client.publish(id.healthTopic, report.json, qos: 0, isRetained: false)
    }

    /// Access rules that do not let us publish are worth one line, not more.
    func noticeRefusedPublication() {
        guard let code = self.inbox.takeRefusedPublication(), !self.isRefusalTold else { return }
        self.isRefusalTold = true
        let reason = BrokerAnswer.publicationRefused(code)
        self.source.logger.warning(
            "MQTT broker does not take this gateway's own state",
            metadata: [
                "topics": "telemetryd/\(self.source.configuration.gatewayID?.description ?? "")/#",
                "reason": "\(reason)",
            ])
    }
}
