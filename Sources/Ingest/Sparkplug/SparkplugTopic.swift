/// A topic of a Sparkplug B edge node: `spBv1.0/{group}/{kind}/{edge}[/{device}]` (Sparkplug 3.0.0, section 4).
struct SparkplugTopic: Hashable, Sendable {
    /// The messages that a host listens to. Commands and `STATE` are for others.
    enum Kind: String, Sendable {
        case nodeBirth = "NBIRTH"
        case nodeDeath = "NDEATH"
        case nodeData = "NDATA"
        case deviceBirth = "DBIRTH"
        case deviceDeath = "DDEATH"
        case deviceData = "DDATA"

        /// Whether the topic goes on with a device.
        var isOfDevice: Bool {
            switch self {
            case .nodeBirth, .nodeDeath, .nodeData: false
            case .deviceBirth, .deviceDeath, .deviceData: true
            }
        }
    }

    /// What every topic of version B begins with.
    static let prefix = "spBv1.0/"
    /// The subscriptions of a host: nodes and devices. Of fixed depth, so that they can be joined with those of topic
    /// templates; commands come along and are not looked at.
    static let filters = ["spBv1.0/+/+/+", "spBv1.0/+/+/+/+"]

    /// Who sends: an edge node.
    struct Edge: Hashable, Sendable {
        let group: String
        let edge: String

        /// Where this node takes commands (section 6.4.21).
        var commandTopic: String { "\(SparkplugTopic.prefix)\(self.group)/NCMD/\(self.edge)" }
    }

    let kind: Kind
    let edge: Edge
    /// Nil for the node itself.
    let device: String?

    /// As it was on the wire.
    var text: String {
        let end = self.device.map { "/\($0)" } ?? ""
        return "\(Self.prefix)\(self.edge.group)/\(self.kind.rawValue)/\(self.edge.edge)\(end)"
    }

    /// Nil for what a host does not read: another namespace, a command, `STATE`, a wrong number of levels.
    init?(_ topic: String) {
        guard topic.hasPrefix(Self.prefix) else { return nil }
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count >= 4, !levels.contains(""), let kind = Kind(rawValue: String(levels[2])) else { return nil }
        guard levels.count == (kind.isOfDevice ? 5 : 4) else { return nil }
        self.kind = kind
        self.edge = Edge(group: String(levels[1]), edge: String(levels[3]))
        self.device = kind.isOfDevice ? String(levels[4]) : nil
    }
}
