extension ExtraMetric {
    /// About what the extra metrics of one reading take in a ring: 56 bytes for the array and its place in the table of
    /// extras, 24 for each metric, and 32 and its bytes for a name that does not fit into a `String` itself (15 bytes).
    static func ringBytes(of metrics: [ExtraMetric]) -> Int {
        if metrics.isEmpty { return 0 }
        return metrics.reduce(56) { sum, metric in
            let bytes = metric.name.text.utf8.count
            return sum + 24 + (bytes > 15 ? 32 + bytes : 0)
        }
    }
}
