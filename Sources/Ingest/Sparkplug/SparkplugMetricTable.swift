import TelemetryCore

/// What the last birth of a node or device said of its metrics: which alias is which name, type and unit. One thread.
struct SparkplugMetricTable {
    /// One metric as the birth defined it.
    struct Definition: Hashable {
        /// Nil: nothing we keep (`bdSeq`, commands, a name that none can be made of).
        let metric: MetricName?
        let dataType: UInt32?
        let unit: String?
    }

    private var byName: [String: Definition] = [:]
    private var byAlias: [UInt64: Definition] = [:]
    /// Names of metrics of which no name of ours can be made.
    private(set) var unusableNames: [String] = []
    /// Names that would be kept under a name that another one has already.
    private(set) var doubleNames: [String] = []
    /// Names beyond the extra metrics that a reading has room for.
    private(set) var surplusNames: [String] = []

    /// Reads a birth's metrics.
    init(birth: [SparkplugMetric], configuration: SparkplugConfiguration) {
        var taken: [MetricName: String] = [:]
        var extraCount = 0
        for metric in birth {
            guard let name = metric.name, !name.isEmpty else { continue }
            var target = Self.isOfProtocol(name) ? nil : configuration.metric(named: name)
            if target == nil, !Self.isOfProtocol(name) { self.unusableNames.append(name) }
            if let found = target {
                let isExtra = StandardMetric(rawValue: found.text) == nil
                if let other = taken[found] {
                    if other != name { self.doubleNames.append(name) }
                    target = other == name ? found : nil
                } else if isExtra, extraCount >= TelemetryCore.Limits.extraMetricsMax {
                    self.surplusNames.append(name)
                    target = nil
                } else {
                    taken[found] = name
                    if isExtra { extraCount += 1 }
                }
            }
            let definition = Definition(metric: target, dataType: metric.dataType, unit: metric.unit)
            self.byName[name] = definition
            if let alias = metric.alias { self.byAlias[alias] = definition }
        }
    }

    /// Nil: no birth named this metric.
    func definition(of metric: SparkplugMetric) -> Definition? {
        if let name = metric.name, !name.isEmpty { return self.byName[name] }
        return metric.alias.flatMap { self.byAlias[$0] }
    }

    /// Metrics that steer the protocol and are no values of the machine.
    private static func isOfProtocol(_ name: String) -> Bool {
        name == "bdSeq" || name.hasPrefix("Node Control/") || name.hasPrefix("Device Control/")
    }
}
