/// Which MQTT filters to subscribe to.
///
/// Whether a message comes once or once per overlapping subscription is the broker's choice (MQTT 3.1.1, 3.3.5), and
/// `machines/x/telemetry` matches both `machines/+/telemetry` and `machines/+/+`: it would be stored twice. So
/// overlapping filters are joined, level by level, until no topic matches two of them. The join may match more than was
/// asked for; such topics have no route and are ignored.
package struct SubscriptionPlan: Hashable, Sendable {
    /// Pairwise disjoint filters, sorted.
    package let filters: [String]

    /// `filters` may hold levels, `+`, but not `#` (templates have a fixed depth).
    package init(joining filters: [String]) {
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
        self.filters = disjoint.map { $0.joined(separator: "/") }.sorted()
    }

    /// True when some topic matches both.
    private static func overlap(_ one: [Substring], _ other: [Substring]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { $0 == $1 || $0 == "+" || $1 == "+" }
    }
}
