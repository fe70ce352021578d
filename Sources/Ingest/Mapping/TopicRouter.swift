import TelemetryCore

/// From a topic to what its payload is and whose, and where that machine is. Remembers what it found; one thread.
struct TopicRouter {
    enum Route: Hashable {
        case readings(MachineID)
        case scalar(MachineID, MetricName)
        case status(MachineID)
        case refused(RejectionReason, remedy: String)
        /// No template matches: more was subscribed than asked for (`SubscriptionPlan`), or by an earlier run.
        case ignored

        /// Whose payload it is.
        var machine: MachineID? {
            switch self {
            case .readings(let machine), .scalar(let machine, _), .status(let machine): machine
            case .refused, .ignored: nil
            }
        }
    }

    /// What a topic says of the place of a machine.
    struct Placed: Hashable {
        let machine: MachineID
        /// The captures of its topics, and `topic`.
        let labels: [String: String]
        /// A capture has another value than another topic of the machine gave it.
        let isElsewhere: Bool
    }

    /// Most specific first.
    private let templates: [TopicTemplate]
    private var known = TopicTable()
    /// Of the topics in `known`.
    private var routes: [Route] = []
    /// Messages of each of them since ``takeCounts()``, and which have any.
    private var counts: [Int] = []
    private var counted: [Int] = []
    private var labels: [MachineID: [String: String]] = [:]
    private var placed: [Placed] = []

    init(templates: [TopicTemplate]) {
        // A stable order: of equally specific ones the first given wins.
        self.templates = templates.enumerated()
            .sorted { ($1.element.specificity, $0.offset) < ($0.element.specificity, $1.offset) }
            .map(\.element)
    }

    /// Of one topic, by itself.
    mutating func route(_ topic: String) -> Route {
        self.startBatch()
        var topic = topic
        return topic.withUTF8 { self.route(UnsafeRawBufferPointer($0)) }
    }

    /// Before messages are routed.
    mutating func startBatch() {
        assert(self.counted.isEmpty)
        // Topics come from outside: a sender of ever new ones must not fill the memory. Starting anew is rare and
        // cheap, and a batch has not many.
        guard self.known.count >= Limits.routesMax else { return }
        self.known.removeAll()
        self.routes.removeAll()
        self.counts.removeAll()
    }

    /// Counts the message as well. `topic`: as it came.
    mutating func routeMessage(_ topic: UnsafeRawBufferPointer) -> Route {
        let place = self.place(of: topic)
        if self.counts[place] == 0 { self.counted.append(place) }
        self.counts[place] += 1
        return self.routes[place]
    }

    mutating func route(_ topic: UnsafeRawBufferPointer) -> Route {
        self.routes[self.place(of: topic)]
    }

    /// How many messages of each machine there were since the last call. A machine has as many entries as topics.
    mutating func takeCounts() -> [(machine: MachineID, messages: Int)] {
        var taken: [(machine: MachineID, messages: Int)] = []
        taken.reserveCapacity(self.counted.count)
        for place in self.counted {
            if let machine = self.routes[place].machine { taken.append((machine, self.counts[place])) }
            self.counts[place] = 0
        }
        self.counted.removeAll(keepingCapacity: true)
        return taken
    }

    private mutating func place(of topic: UnsafeRawBufferPointer) -> Int {
        if let place = self.known.index(of: topic) { return place }
        self.routes.append(self.find(String(decoding: topic, as: UTF8.self)))
        self.counts.append(0)
        self.known.insert(topic)
        return self.routes.count - 1
    }

    /// What came to be known since the last call.
    mutating func takePlaced() -> [Placed] {
        guard !self.placed.isEmpty else { return [] }
        defer { self.placed = [] }
        return self.placed
    }

    private mutating func find(_ topic: String) -> Route {
        for template in self.templates {
            guard let match = template.match(topic) else { continue }
            let route = Self.route(match, template.content)
            if let machine = route.machine { self.place(machine, template.labels(of: topic, match)) }
            return route
        }
        return .ignored
    }

    /// The topics of a machine may say different things of it (a status topic need not name its line): they add up.
    private mutating func place(_ machine: MachineID, _ found: [String: String]) {
        let before = self.labels[machine]
        let merged = (before ?? [:]).merging(found) { _, new in new }
        guard !merged.isEmpty, merged != before else { return }
        if before == nil, self.labels.count >= Limits.labelledMachinesMax {
            self.labels.removeAll(keepingCapacity: true)
        }
        self.labels[machine] = merged
        let isElsewhere = found.contains { name, value in name != "topic" && before?[name].map { $0 != value } == true }
        self.placed.append(Placed(machine: machine, labels: merged, isElsewhere: isElsewhere))
    }

    private static func route(_ match: TopicMatch, _ content: TopicTemplate.Content) -> Route {
        guard let machine = MachineID(match.machine) else {
            let remedy = "a machine's name in the topic is 1 to 64 of A-Z a-z 0-9 . _ - and starts with none of . -"
            return .refused(.badMachineName, remedy: remedy)
        }
        switch content {
        case .readings: return .readings(machine)
        case .status: return .status(machine)
        case .scalar:
            switch MemberKey(Array((match.metric ?? "").utf8)[...]) {
            case .metric(let metric):
                guard let name = MetricName(metric.rawValue) else { return .ignored }
                return .scalar(machine, name)
            case .extra(let name), .values(let name):
                return .scalar(machine, name)
            case .timestamp, .ts, .machine, .reserved, .unusable:
                let remedy = "a metric's name in the topic is a letter, then at most 31 of A-Z a-z 0-9 _, "
                return .refused(.badMetricName, remedy: remedy + "and none of machine seq epoch timestamp ts")
            }
        }
    }
}
