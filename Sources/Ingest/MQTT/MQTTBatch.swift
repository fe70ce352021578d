import TelemetryCore

/// From the messages of one batch to readings, status reports and rejections. Nothing of it takes effect here: the loop
/// commits first. Used again for every batch; one thread.
struct MQTTBatch {
    struct StatusReport {
        let machine: MachineID
        let isOnline: Bool
        let time: Timestamp
        var reason = "MQTT status"
    }

    var readings: [Reading] { self.decoded.readings }
    /// Parallel to `readings`: index of the message it came with; nil: of an earlier one, which had to wait.
    private var messageIndices: [Int?] = []
    /// Messages of machines that came with Sparkplug.
    private var sparkplugCounts: [(machine: MachineID, messages: Int)] = []
    private(set) var reports: [StatusReport] = []
    /// Of machines that Sparkplug births have told of.
    private(set) var sparkplugLabels: [(MachineID, [String: String])] = []
    /// Command topics of the edge nodes whose birth is missing.
    private(set) var missingBirths: [String] = []
    private(set) var rejections: [Rejection] = []
    /// Inputs that the rejections stand for.
    var refusedCount: Int { self.rejections.reduce(0) { $1.reason.isHint ? $0 : $0 + $1.count } }
    /// Of the whole batch, but for refusals: those of the message at hand.
    private var decoded = DecodedPayload()
    private var router: TopicRouter
    private let decoder = PayloadDecoder()
    private var sparkplug: SparkplugHost?
    private var sparkplugActions: [SparkplugHost.Action] = []

    init(router: TopicRouter, sparkplug: SparkplugConfiguration? = nil) {
        self.router = router
        self.sparkplug = sparkplug.map(SparkplugHost.init(configuration:))
    }

    private mutating func removeAll() {
        self.decoded.removeAll()
        self.messageIndices.removeAll(keepingCapacity: true)
        _ = self.takeCounts()
        self.reports.removeAll(keepingCapacity: true)
        self.sparkplugLabels.removeAll()
        self.missingBirths.removeAll()
        self.rejections.removeAll(keepingCapacity: true)
    }

    /// Replaces what was there by what `inbox` holds.
    mutating func decode(_ inbox: MQTTInbox) {
        self.removeAll()
        self.router.startBatch()
        inbox.bytes.withUnsafeBytes { bytes in
            for (index, message) in inbox.messages.enumerated() {
                self.decode(message, bytes, of: inbox)
                while self.messageIndices.count < self.decoded.readings.count { self.messageIndices.append(index) }
            }
        }
    }

    /// Messages of each machine, once; a machine may come more than once.
    mutating func takeCounts() -> [(machine: MachineID, messages: Int)] {
        defer { self.sparkplugCounts.removeAll() }
        return self.router.takeCounts() + self.sparkplugCounts
    }

    /// Labels of the machines whose topics were seen for the first time, once.
    mutating func takeNewLabels() -> [TopicRouter.Placed] { self.router.takePlaced() }

    /// What the writer refused of the readings from `start` on: one rejection for each message and reason. `inbox`
    /// still holds what it held for `decode`.
    mutating func takeRefusals(_ refusals: [ReadingWriter.Receipt.Refusal], from start: Int, of inbox: MQTTInbox) {
        var rest = refusals[...]
        while let first = rest.first {
            let message = self.messageIndices[start + first.index]
            let alike = rest.prefix {
                $0.reason == first.reason && self.messageIndices[start + $0.index] == message
            }
            guard let message else {
                self.rejectWaited(self.readings[start + first.index], first, count: alike.count)
                rest = rest.dropFirst(alike.count)
                continue
            }
            let origin = inbox.messages[message]
            let machine = self.readings[start + first.index].machine
            self.reject(origin, of: inbox, first.reason, first.remedy, count: alike.count, machine: machine)
            rest = rest.dropFirst(alike.count)
        }
    }

    /// `bytes`: those of the inbox.
    private mutating func decode(_ message: MQTTInbox.Message, _ bytes: UnsafeRawBufferPointer, of inbox: MQTTInbox) {
        guard message.topicCount <= Limits.topicBytesMax else {
            let remedy = "the topic has \(message.topicCount) bytes, \(Limits.topicBytesMax) are allowed"
            return self.reject(message, of: inbox, .tooLarge, remedy)
        }
        let topic = UnsafeRawBufferPointer(rebasing: bytes[message.topic])
        if self.sparkplug != nil, topic.starts(with: SparkplugTopic.prefix.utf8) {
            return self.takeSparkplug(message, of: inbox)
        }
        let route = self.router.routeMessage(topic)
        if route == .ignored { return }
        guard message.payloadCount <= Limits.payloadBytesMax else {
            let remedy = "the payload has \(message.payloadCount) bytes, \(Limits.payloadBytesMax) are allowed"
            let advice = remedy + "; send fewer readings at once"
            return self.reject(message, of: inbox, .tooLarge, advice, machine: route.machine)
        }
        let start = self.decoded.readings.count
        switch route {
        case .readings(let machine):
            let payload = UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[message.payload])
            let origin = Self.origin(machine, message)
            if !self.decoder.decodeFast(payload, from: origin, into: &self.decoded) {
                self.decoder.decode(inbox.bytes[message.payload], from: origin, into: &self.decoded)
            }
            self.finish(message, from: start, machine, of: inbox)
        case .scalar(let machine, let metric):
            let origin = Self.origin(machine, message)
            self.decoder.decodeScalar(inbox.bytes[message.payload], metric: metric, from: origin, into: &self.decoded)
            self.finish(message, from: start, machine, of: inbox)
        case .status(let machine):
            let payload = inbox.bytes[message.payload]
            if let isOnline = self.decoder.decodeStatus(payload) {
                self.reports.append(StatusReport(machine: machine, isOnline: isOnline, time: message.received))
            } else if !payload.isEmpty {
                // An empty one only says that the broker's retained status was cleared.
                let remedy = "the payload of a status topic is online or offline"
                self.reject(message, of: inbox, .badStatus, remedy, machine: machine)
            }
        case .refused(let reason, let remedy):
            self.reject(message, of: inbox, reason, remedy)
        case .ignored:
            break
        }
    }

    private static func origin(_ machine: MachineID, _ message: MQTTInbox.Message) -> PayloadDecoder.Origin {
        PayloadDecoder.Origin(machine: machine, received: message.received, isRetained: message.isRetained)
    }

    /// The readings from `start` on are the message's, and so are the refusals. `machine`: that the topic names.
    private mutating func finish(
        _ message: MQTTInbox.Message, from start: Int, _ machine: MachineID, of inbox: MQTTInbox
    ) {
        if message.isRedelivered { self.decoded.markRedelivered(from: start) }
        if self.decoded.refusals.isEmpty, self.decoded.hints.isEmpty { return }
        for refusal in self.decoded.refusals + self.decoded.hints {
            let place = refusal.index > 0 ? "element \(refusal.index): " : ""
            let whose = refusal.machine ?? machine
            self.reject(
                message, of: inbox, refusal.reason, place + refusal.remedy, count: refusal.count, machine: whose)
        }
        self.decoded.removeRefusals()
    }

    private mutating func reject(
        _ message: MQTTInbox.Message,
        of inbox: MQTTInbox,
        _ reason: RejectionReason,
        _ remedy: String,
        count: Int = 1,
        machine: MachineID? = nil
    ) {
        self.rejections.append(
            Rejection(
                time: message.received,
                source: inbox.topic(of: message),
                payload: inbox.bytes[message.payload],
                reason: reason,
                remedy: remedy,
                count: count,
                machine: machine
            )
        )
    }
}

// MARK: Sparkplug

extension MQTTBatch {
    /// When ``decodeWaiting(now:)`` has something to do; nil: nothing waits.
    var sparkplugDeadline: ContinuousClock.Instant? { self.sparkplug?.deadline }

    /// Replaces what was there by the Sparkplug messages that have waited for an earlier one for too long.
    mutating func decodeWaiting(now: ContinuousClock.Instant) {
        self.removeAll()
        self.sparkplug?.tick(now: now, into: &self.sparkplugActions)
        self.takeSparkplugActions()
        self.messageIndices = [Int?](repeating: nil, count: self.readings.count)
    }

    private mutating func takeSparkplug(_ message: MQTTInbox.Message, of inbox: MQTTInbox) {
        // Commands of others come along with the subscription.
        guard let topic = SparkplugTopic(inbox.topic(of: message)) else { return }
        guard message.payloadCount <= Limits.sparkplugPayloadBytesMax else {
            let allowed = "\(Limits.sparkplugPayloadBytesMax) are allowed"
            return self.reject(
                message, of: inbox, .tooLarge, "the payload has \(message.payloadCount) bytes, \(allowed)")
        }
        self.sparkplug?.receive(
            topic, inbox.bytes[message.payload], received: message.received, isRetained: message.isRetained,
            isRedelivered: message.isRedelivered, now: .now, into: &self.sparkplugActions)
        self.takeSparkplugActions()
    }

    private mutating func takeSparkplugActions() {
        for action in self.sparkplugActions {
            switch action {
            case .reading(let reading):
                self.decoded.take(reading)
                self.sparkplugCounts.append((reading.machine, 1))
            case .report(let machine, let isOnline, let reason, let time):
                self.reports.append(
                    StatusReport(machine: machine, isOnline: isOnline, time: time, reason: reason))
            case .labels(let labels, let machine): self.sparkplugLabels.append((machine, labels))
            case .askForBirth(let topic): self.missingBirths.append(topic)
            case .refuse(let message, let machine, let reason, let remedy):
                self.rejections.append(
                    Rejection(
                        time: message.received, source: message.topic.text, payload: message.excerpt, reason: reason,
                        remedy: remedy, machine: machine))
            }
        }
        self.sparkplugActions.removeAll(keepingCapacity: true)
    }

    /// What the writer refused of messages whose bytes are gone.
    private mutating func rejectWaited(
        _ reading: Reading, _ first: ReadingWriter.Receipt.Refusal, count: Int
    ) {
        self.rejections.append(
            Rejection(
                time: reading.received, source: "\(SparkplugTopic.prefix)… (\(reading.machine))", payload: [],
                reason: first.reason, remedy: first.remedy, count: count, machine: reading.machine))
    }
}
