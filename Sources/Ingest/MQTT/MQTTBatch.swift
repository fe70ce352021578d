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

    private(set) var readings: [Reading] = []
    /// Parallel to `readings`: index of the message it came with; nil: of an earlier one, which had to wait.
    private var messageIndices: [Int?] = []
    /// Of each message that belongs to a machine.
    private(set) var machines: [MachineID] = []
    private(set) var reports: [StatusReport] = []
    /// Of machines that Sparkplug births have told of.
    private(set) var sparkplugLabels: [(MachineID, [String: String])] = []
    /// Command topics of the edge nodes whose birth is missing.
    private(set) var missingBirths: [String] = []
    private(set) var rejections: [Rejection] = []
    /// Inputs that the rejections stand for.
    var refusedCount: Int { self.rejections.reduce(0) { $1.reason.isHint ? $0 : $0 + $1.count } }
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
        self.readings.removeAll(keepingCapacity: true)
        self.messageIndices.removeAll(keepingCapacity: true)
        self.machines.removeAll(keepingCapacity: true)
        self.reports.removeAll(keepingCapacity: true)
        self.sparkplugLabels.removeAll()
        self.missingBirths.removeAll()
        self.rejections.removeAll(keepingCapacity: true)
    }

    /// Replaces what was there by what `inbox` holds.
    mutating func decode(_ inbox: MQTTInbox) {
        self.removeAll()
        for (index, message) in inbox.messages.enumerated() {
            self.decode(message, inbox.bytes[message.payload])
            let countBefore = self.messageIndices.count
            self.messageIndices.append(contentsOf: repeatElement(Int?(index), count: self.readings.count - countBefore))
        }
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
            self.reject(
                origin, inbox.bytes[origin.payload], first.reason, first.remedy, count: alike.count, machine: machine)
            rest = rest.dropFirst(alike.count)
        }
    }

    private mutating func decode(_ message: MQTTInbox.Message, _ payload: ArraySlice<UInt8>) {
        guard message.topicCount <= Limits.topicBytesMax else {
            let remedy = "the topic has \(message.topicCount) bytes, \(Limits.topicBytesMax) are allowed"
            return self.reject(message, payload, .tooLarge, remedy)
        }
        if self.sparkplug != nil, message.topic.hasPrefix(SparkplugTopic.prefix) {
            return self.takeSparkplug(message, payload)
        }
        let route = self.router.route(message.topic)
        if route == .ignored { return }
        if let machine = route.machine { self.machines.append(machine) }
        guard message.payloadCount <= Limits.payloadBytesMax else {
            let remedy = "the payload has \(message.payloadCount) bytes, \(Limits.payloadBytesMax) are allowed"
            let advice = remedy + "; send fewer readings at once"
            return self.reject(message, payload, .tooLarge, advice, machine: route.machine)
        }
        switch route {
        case .readings(let machine):
            self.decoder.decode(payload, from: Self.origin(machine, message), into: &self.decoded)
            self.takeDecoded(message, payload, of: machine)
        case .scalar(let machine, let metric):
            let origin = Self.origin(machine, message)
            self.decoder.decodeScalar(payload, metric: metric, from: origin, into: &self.decoded)
            self.takeDecoded(message, payload, of: machine)
        case .status(let machine):
            if let isOnline = self.decoder.decodeStatus(payload) {
                self.reports.append(StatusReport(machine: machine, isOnline: isOnline, time: message.received))
            } else if !payload.isEmpty {
                // An empty one only says that the broker's retained status was cleared.
                let remedy = "the payload of a status topic is online or offline"
                self.reject(message, payload, .badStatus, remedy, machine: machine)
            }
        case .refused(let reason, let remedy):
            self.reject(message, payload, reason, remedy)
        case .ignored:
            break
        }
    }

    private static func origin(_ machine: MachineID, _ message: MQTTInbox.Message) -> PayloadDecoder.Origin {
        PayloadDecoder.Origin(machine: machine, received: message.received, isRetained: message.isRetained)
    }

    /// `machine`: that the topic names; nil where each reading names its own.
    private mutating func takeDecoded(
        _ message: MQTTInbox.Message, _ payload: ArraySlice<UInt8>, of machine: MachineID?
    ) {
        if message.isRedelivered {
            for reading in self.decoded.readings {
                self.readings.append(reading)
                self.readings[self.readings.count - 1].isRedelivered = true
            }
        } else {
            self.readings.append(contentsOf: self.decoded.readings)
        }
        for refusal in self.decoded.refusals + self.decoded.hints {
            let place = refusal.index > 0 ? "element \(refusal.index): " : ""
            let whose = refusal.machine ?? machine
            self.reject(
                message, payload, refusal.reason, place + refusal.remedy, count: refusal.count, machine: whose)
        }
        self.decoded.removeAll()
    }

    private mutating func reject(
        _ message: MQTTInbox.Message,
        _ payload: ArraySlice<UInt8>,
        _ reason: RejectionReason,
        _ remedy: String,
        count: Int = 1,
        machine: MachineID? = nil
    ) {
        self.rejections.append(
            Rejection(
                time: message.received,
                source: message.topic,
                payload: payload,
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

    private mutating func takeSparkplug(_ message: MQTTInbox.Message, _ payload: ArraySlice<UInt8>) {
        // Commands of others come along with the subscription.
        guard let topic = SparkplugTopic(message.topic) else { return }
        guard message.payloadCount <= Limits.sparkplugPayloadBytesMax else {
            let allowed = "\(Limits.sparkplugPayloadBytesMax) are allowed"
            return self.reject(
                message, payload, .tooLarge, "the payload has \(message.payloadCount) bytes, \(allowed)")
        }
        self.sparkplug?.receive(
            topic, payload, received: message.received, isRetained: message.isRetained,
            isRedelivered: message.isRedelivered, now: .now, into: &self.sparkplugActions)
        self.takeSparkplugActions()
    }

    private mutating func takeSparkplugActions() {
        for action in self.sparkplugActions {
            switch action {
            case .reading(let reading):
                self.readings.append(reading)
                self.machines.append(reading.machine)
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
