package import TelemetryCore

/// How a Sparkplug B host reads what edge nodes publish.
package struct SparkplugConfiguration: Sendable {
    /// Names of Sparkplug metrics, whole and exact, and what they are here. Others are found by their last part
    /// (`Motor/RPM` is `rpm`), or kept as an extra metric under a name that our rule allows (`Motor_Temperature`).
    package var metrics: [String: MetricName]
    /// The machine's name: `{group}`, `{edge}` and `{device}` are replaced; a node's own metrics leave `{device}` and
    /// the separator before it out. What our rule does not allow in a name becomes `_`.
    package var machineTemplate: String
    /// How long a message may wait for an earlier one.
    package var reorderTimeout: Duration

    /// The defaults: machine `edge.device`, 2 s.
    package init(
        metrics: [String: MetricName] = [:],
        machineTemplate: String = "{edge}.{device}",
        reorderTimeout: Duration = .seconds(2)
    ) {
        self.metrics = metrics
        self.machineTemplate = machineTemplate
        self.reorderTimeout = reorderTimeout
    }

    /// The machine of a device, or of the node itself; nil when that is no name by our rule.
    func machine(_ edge: SparkplugTopic.Edge, device: String?) -> MachineID? {
        var text = ""
        var rest = self.machineTemplate[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let literal = rest[..<open]
            let key = rest[rest.index(after: open)..<close]
            let isMissing = key == "device" && device == nil
            text += isMissing ? literal.dropLast(Self.separatorLength(literal)) : literal
            switch key {
            case "group": text += edge.group
            case "edge": text += edge.edge
            case "device": text += device ?? ""
            default: text += rest[open...close]
            }
            rest = rest[rest.index(after: close)...]
        }
        text += rest
        return MachineID(Self.replacingForeign(text) { $0 == "." || $0 == "-" })
    }

    /// What a metric of this name is here; nil when no name can be made of it.
    func metric(named name: String) -> MetricName? {
        if let metric = self.metrics[name] { return metric }
        let last = name.split(separator: "/").last.map(String.init) ?? name
        if let standard = StandardMetric(rawValue: last.lowercased()) { return MetricName(standard.rawValue) }
        return MetricName(Self.replacingForeign(name) { _ in false })
            ?? MetricName(Self.replacingForeign(last) { _ in false })
    }

    private static func separatorLength(_ literal: Substring) -> Int {
        literal.last.map { ".-_".contains($0) } == true ? 1 : 0
    }

    private static func replacingForeign(_ text: String, _ isAllowed: (Character) -> Bool) -> String {
        String(
            text.map { character in
                let isWord = character.isASCII && (character.isLetter || character.isNumber || character == "_")
                return isWord || isAllowed(character) ? character : "_"
            })
    }
}
