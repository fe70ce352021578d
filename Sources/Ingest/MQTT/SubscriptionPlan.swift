/// Which MQTT filters to subscribe to.
///
/// Whether a message comes once or once per overlapping subscription is the broker's choice (MQTT 3.1.1, 3.3.5), and
/// `machines/x/telemetry` matches both `machines/+/telemetry` and `machines/+/+`: it would be stored twice. So
/// overlapping filters are joined, level by level, until no topic matches two of them. The join may match more than was
/// asked for; such topics have no route and are ignored.
///
/// With a share group the readings are subscribed as `$share/GROUP/…`, and each comes to one gateway of the group.
/// Status topics are not shared: whether a machine is online is for every gateway to know, and they are retained, which
/// a shared subscription is never told (MQTT 5, 4.8.2). A status may then come by both ways, which does no harm.
/// Sparkplug is not shared either: its messages are numbered, and births and deaths are for every gateway.
package struct SubscriptionPlan: Hashable, Sendable {
    /// Readings: pairwise disjoint filters, sorted, with the prefix of the group.
    package let readings: [String]
    /// Only with a group: status and Sparkplug, filters of their own.
    package let status: [String]

    package var filters: [String] { self.readings + self.status }

    package init(_ templates: [TopicTemplate], share group: String? = nil, takesSparkplug: Bool = false) {
        let sparkplug = takesSparkplug ? SparkplugTopic.filters : []
        guard let group else {
            self.readings = Self.join(templates.map(\.filter) + sparkplug)
            self.status = []
            return
        }
        let readings = templates.filter { $0.content != .status }.map(\.filter)
        self.readings = Self.join(readings).map { "$share/\(group)/\($0)" }
        self.status = Self.join(templates.filter { $0.content == .status }.map(\.filter) + sparkplug)
    }

    /// `filters` may hold levels, `+`, but not `#` (templates have a fixed depth).
    static func join(_ filters: [String]) -> [String] {
        var disjoint: [[Substring]] = []
        for filter in filters {
            var added = filter.split(separator: "/", omittingEmptySubsequences: false)
            // Each join removes one filter of the list, so this ends; a join may overlap others, hence from the start.
            while let overlap = disjoint.firstIndex(where: { Self.overlap($0, added) }) {
                let other = disjoint.remove(at: overlap)
                added = zip(added, other).map { $0 == $1 ? $0 : "+" }
            }
            disjoint.append(added)
        }
        return disjoint.map { $0.joined(separator: "/") }.sorted()
    }

    /// True when some topic matches both.
    private static func overlap(_ one: [Substring], _ other: [Substring]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0 == $1 || $0 == "+" || $1 == "+" }
    }
}
