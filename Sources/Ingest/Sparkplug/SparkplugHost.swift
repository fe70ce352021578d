import TelemetryCore

/// A Sparkplug B host application (Sparkplug 3.0.0, section 5): from the messages of edge nodes to readings, and what
/// is to be asked of the nodes. Pure but for what it remembers; one thread.
///
/// It is a secondary host: it announces no `STATE` of its own, so that nodes which wait for a primary host are not held
/// up by it, nor sent away.
struct SparkplugHost {
    /// What follows from a message or from time, in this order.
    enum Action: Sendable {
        case reading(Reading)
        /// Births, deaths.
        case report(MachineID, online: Bool, reason: String, at: Timestamp)
        case labels([String: String], MachineID)
        case refuse(SparkplugMessage, MachineID?, RejectionReason, remedy: String)
        /// Publish the rebirth command there, QoS 0, not retained.
        case askForBirth(topic: String)
    }

    private struct Source {
        let machine: MachineID
        var table: SparkplugMetricTable
        var isAlive = true
    }

    private struct Node {
        var session: SparkplugSession
        /// By device; "" is the node itself, which no device can be called.
        var sources: [String: Source] = [:]
    }

    private let configuration: SparkplugConfiguration
    private var nodes: [SparkplugTopic.Edge: Node] = [:]
    /// Who has which name: two devices must never share a machine.
    private var owners: [MachineID: Owner] = [:]
    /// Devices of all nodes.
    private var sourceCount = 0

    private struct Owner: Equatable {
        let edge: SparkplugTopic.Edge
        let device: String?
    }

    init(configuration: SparkplugConfiguration) {
        self.configuration = configuration
    }

    /// When ``tick(now:into:)`` has something to do; nil: nothing waits.
    var deadline: ContinuousClock.Instant? {
        // Messages wait seldom and at few nodes; a walk over a thousand is a few microseconds once per batch.
        self.nodes.values.lazy.compactMap(\.session.deadline).min()
    }

    /// Takes one message.
    mutating func receive(
        _ topic: SparkplugTopic, _ payload: ArraySlice<UInt8>, received: Timestamp, isRetained: Bool = false,
        isRedelivered: Bool = false, now: ContinuousClock.Instant, into actions: inout [Action]
    ) {
        let excerpt = Array(payload.prefix(TelemetryCore.Limits.rejectionExcerptBytesMax))
        var message = SparkplugMessage(topic: topic, received: received, byteCount: payload.count, excerpt: excerpt)
        message.isRetained = isRetained
        message.isRedelivered = isRedelivered
        do {
            try SparkplugPayload.decode(payload, into: &message)
        } catch {
            actions.append(Self.refusal(of: message, error))
            return
        }
        guard self.nodes[topic.edge] != nil || self.nodes.count < Limits.sparkplugNodesMax else {
            let remedy = "at most \(Limits.sparkplugNodesMax) Sparkplug edge nodes"
            actions.append(.refuse(message, nil, .tooManyMachines, remedy: remedy))
            return
        }
        var node =
            self.nodes[topic.edge]
            ?? Node(session: SparkplugSession(reorderTimeout: self.configuration.reorderTimeout))
        switch topic.kind {
        case .nodeBirth: self.born(&node, message, now, &actions)
        case .nodeDeath: Self.died(&node, message, &actions)
        case .nodeData, .deviceBirth, .deviceDeath, .deviceData: self.took(&node, message, now, &actions)
        }
        self.nodes[topic.edge] = node
    }

    /// Carries out what is due: messages that waited too long for an earlier one.
    mutating func tick(now: ContinuousClock.Instant, into actions: inout [Action]) {
        for (edge, node) in self.nodes where node.session.deadline.map({ $0 <= now }) == true {
            var node = node
            switch node.session.tick(now: now) {
            case .none: break
            case .deliver(let messages, let ask):
                for message in messages { self.apply(&node, message, now, &actions) }
                if ask { actions.append(.askForBirth(topic: edge.commandTopic)) }
            case .refuse(let messages, let ask):
                for message in messages { actions.append(Self.refusal(of: message, .behindGap)) }
                if ask { actions.append(.askForBirth(topic: edge.commandTopic)) }
            }
            self.nodes[edge] = node
        }
    }

    // MARK: Node

    private mutating func born(
        _ node: inout Node, _ message: SparkplugMessage, _ now: ContinuousClock.Instant, _ actions: inout [Action]
    ) {
        switch node.session.born(message, now: now) {
        case .refuse(let refusal, let ask):
            actions.append(Self.refusal(of: message, refusal))
            if ask { actions.append(.askForBirth(topic: message.topic.edge.commandTopic)) }
        case .begin:
            // The devices follow with births of their own; until then nothing is known of them.
            for (device, source) in node.sources where device != "" && source.isAlive {
                node.sources[device]?.isAlive = false
                let reason = "Sparkplug: its edge node was born again, the device not yet"
                actions.append(.report(source.machine, online: false, reason: reason, at: message.received))
            }
            self.define(&node, message, &actions)
        }
    }

    private static func died(_ node: inout Node, _ message: SparkplugMessage, _ actions: inout [Action]) {
        guard case .end = node.session.died(message) else { return }
        for (device, source) in node.sources where source.isAlive {
            node.sources[device]?.isAlive = false
            let reason = "Sparkplug death of edge node \(message.topic.edge.edge)"
            actions.append(.report(source.machine, online: false, reason: reason, at: message.received))
        }
    }

    private mutating func took(
        _ node: inout Node, _ message: SparkplugMessage, _ now: ContinuousClock.Instant, _ actions: inout [Action]
    ) {
        let action = node.session.received(message, now: now) {
            let heldBytes = self.nodes.values.reduce(0) { $0 + $1.session.heldBytes }
            return heldBytes + message.byteCount <= Limits.sparkplugHeldBytesMax
        }
        switch action {
        case .deliver(let messages):
            for message in messages { self.apply(&node, message, now, &actions) }
        case .hold: break
        case .refuse(let refusal, let ask):
            actions.append(Self.refusal(of: message, refusal))
            if ask { actions.append(.askForBirth(topic: message.topic.edge.commandTopic)) }
        }
    }

    // MARK: Its turn has come

    private mutating func apply(
        _ node: inout Node, _ message: SparkplugMessage, _ now: ContinuousClock.Instant, _ actions: inout [Action]
    ) {
        let key = message.topic.device ?? ""
        switch message.topic.kind {
        case .nodeBirth, .nodeDeath: break
        case .deviceBirth: self.define(&node, message, &actions)
        case .deviceDeath:
            guard let source = node.sources[key], source.isAlive else { return }
            node.sources[key]?.isAlive = false
            let reason = "Sparkplug death of device \(key)"
            actions.append(.report(source.machine, online: false, reason: reason, at: message.received))
        case .nodeData, .deviceData:
            guard let source = node.sources[key], source.isAlive else {
                actions.append(Self.refusal(of: message, .notBorn))
                if node.session.mayAsk(now) { actions.append(.askForBirth(topic: message.topic.edge.commandTopic)) }
                return
            }
            let unknown = Self.readings(of: message, source, &actions)
            if unknown > 0 {
                let remedy = "\(unknown) metrics that no birth named; a new birth is asked for"
                actions.append(.refuse(message, source.machine, .badMetricName, remedy: remedy))
                if node.session.mayAsk(now) { actions.append(.askForBirth(topic: message.topic.edge.commandTopic)) }
            }
        }
    }

    /// A birth of a node or device: its metrics, its name, its first values.
    private mutating func define(_ node: inout Node, _ message: SparkplugMessage, _ actions: inout [Action]) {
        let topic = message.topic
        let key = topic.device ?? ""
        guard node.sources[key] != nil || self.sourceCount < Limits.sparkplugDevicesMax else {
            let remedy = "at most \(Limits.sparkplugDevicesMax) Sparkplug nodes and devices"
            return actions.append(.refuse(message, nil, .tooManyMachines, remedy: remedy))
        }
        guard let machine = self.configuration.machine(topic.edge, device: topic.device) else {
            let remedy = "no machine name of 1 to 64 A-Z a-z 0-9 . _ - comes of this topic; see --sparkplug-machine"
            return actions.append(.refuse(message, nil, .badMachineName, remedy: remedy))
        }
        let owner = Owner(edge: topic.edge, device: topic.device)
        guard self.owners[machine] == nil || self.owners[machine] == owner else {
            let remedy = "\(machine) is another device's name already; tell them apart with --sparkplug-machine"
            return actions.append(.refuse(message, machine, .badMachineName, remedy: remedy))
        }
        self.owners[machine] = owner
        if node.sources[key] == nil { self.sourceCount += 1 }
        let table = SparkplugMetricTable(birth: message.metrics, configuration: self.configuration)
        let source = Source(machine: machine, table: table)
        node.sources[key] = source
        var labels = ["group": topic.edge.group, "edge": topic.edge.edge]
        labels["device"] = topic.device
        actions.append(.labels(labels, machine))
        actions.append(.report(machine, online: true, reason: "Sparkplug birth", at: message.received))
        for (names, remedy) in [
            (table.unusableNames, "no metric name can be made of it; name one with --sparkplug-metric"),
            (table.doubleNames, "another metric has this name already; name one with --sparkplug-metric"),
            (table.surplusNames, "beyond \(TelemetryCore.Limits.extraMetricsMax) extra metrics none is kept"),
        ] {
            guard let first = names.first else { continue }
            let others = names.count > 1 ? " and \(names.count - 1) more" : ""
            let text = "`\(first.prefix(64))`\(others): \(remedy)"
            actions.append(.refuse(message, machine, .badMetricName, remedy: text))
        }
        _ = Self.readings(of: message, source, &actions)
    }

    /// The numbers of a message as readings, one for each time in it. Gives how many metrics no birth had named.
    private static func readings(
        of message: SparkplugMessage, _ source: Source, _ actions: inout [Action]
    ) -> Int {
        struct Moment: Hashable {
            let time: Timestamp?
            let isHistorical: Bool
        }
        var order: [Moment] = []
        var readings: [Moment: (metrics: Metrics, units: [MetricUnit])] = [:]
        var unknown = 0
        var notFinite = 0
        for metric in message.metrics {
            guard let definition = source.table.definition(of: metric) else {
                unknown += 1
                continue
            }
            guard let name = definition.metric, let number = metric.number(type: definition.dataType) else { continue }
            guard number.isFinite else {
                notFinite += 1
                continue
            }
            let moment = Moment(time: metric.timestamp ?? message.timestamp, isHistorical: metric.isHistorical)
            if readings[moment] == nil { order.append(moment) }
            var (metrics, units) = readings[moment] ?? (Metrics(), [])
            metrics.set(name, number)
            if let unit = metric.unit ?? definition.unit { units.append(MetricUnit(metric: name, symbol: unit)) }
            readings[moment] = (metrics, units)
        }
        for moment in order {
            guard let (metrics, units) = readings[moment] else { continue }
            var reading = Reading(
                machine: source.machine, timestamp: moment.time, received: message.received, metrics: metrics,
                isRetained: message.isRetained)
            reading.isRedelivered = message.isRedelivered
            reading.isHistorical = moment.isHistorical
            reading.units = units
            actions.append(.reading(reading))
        }
        if notFinite > 0 {
            let remedy = "\(notFinite) values are NaN or infinite; leave them out or send is_null"
            actions.append(.refuse(message, source.machine, .notFinite, remedy: remedy))
        }
        return unknown
    }

    // MARK: Refusals

    private static func refusal(of message: SparkplugMessage, _ failure: SparkplugPayload.Failure) -> Action {
        switch failure {
        case .malformed:
            let remedy = "not a Sparkplug B payload (protobuf); other payloads belong on other topics"
            return .refuse(message, nil, .badSchema, remedy: remedy)
        case .tooLarge:
            let remedy = "the payload has \(message.byteCount) bytes, \(Limits.sparkplugPayloadBytesMax) are allowed"
            return .refuse(message, nil, .tooLarge, remedy: remedy)
        case .tooManyMetrics:
            let remedy = "more than \(Limits.sparkplugMetricsMax) metrics in one message"
            return .refuse(message, nil, .tooManyMetrics, remedy: remedy)
        }
    }

    private static func refusal(of message: SparkplugMessage, _ refusal: SparkplugSession.Refusal) -> Action {
        let remedy =
            switch refusal {
            case .notBorn: "data before the birth, so nobody knows what they mean; a birth is asked for"
            case .noSequence: "a seq from 0 to 255 is missing"
            case .birthNotZero: "a node's birth must have seq 0"
            case .passed: "this seq was there already"
            case .behindGap: "messages before it are lost, perhaps a birth; a new one is asked for"
            }
        return .refuse(message, nil, .badSequence, remedy: remedy)
    }
}
