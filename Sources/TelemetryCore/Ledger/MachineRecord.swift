/// What the database has of one machine beside its ring.
struct MachineRecord: Equatable, Sendable {
    /// By metric, as the sender last named it, in our spelling.
    var units: [MetricName: String] = [:]
    var labels: [String: String] = [:]
    /// `received` is not in it: a `kill -9` may have cost some of the counts, so it follows from them.
    var counts = LedgerCounts()
    var gaps = 0
}
