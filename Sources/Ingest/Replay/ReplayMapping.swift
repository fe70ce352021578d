import TelemetryCore

/// Which column of a table is what: pairs `KEY=COLUMN`, as `--replay-map` and the options of `--replay` give them.
///
/// | key | its column |
/// |---|---|
/// | `timestamp` | source time: ISO 8601 with zone, or a number of seconds (a cycle counts as one) or milliseconds |
/// | `machine` | the machine's name; with `{COLUMN}` in it a template: `unit{unit}` |
/// | `rpm`, `flow`, `pressure[psia]` … | this metric, in this unit |
/// | `metric`, `value` | of an event table, with one value per line: the columns of its name and of itself |
///
/// `A|B` is the first of these columns that there is. Of an event table the metrics' columns are names in the column
/// `metric`, and `A|B` is any of them. A column is named as its header
/// is, with or without the unit in brackets. Columns that are not named keep their own name, if it is one for a metric.
package struct ReplayMapping: Hashable, Sendable {
    /// A metric and the names it has in the table.
    struct Metric: Hashable, Sendable {
        let name: MetricName
        /// nil: as the column's header says, or none.
        let unit: String?
        let columns: [String]
    }

    private(set) var timestamp: [String] = []
    private(set) var machine: String?
    private(set) var item: String?
    private(set) var value: String?
    private(set) var metrics: [Metric] = []

    /// Everything under its own name.
    package init() {}

    /// The pairs in the order in which they were given.
    package init(pairs: [String]) throws(ReplayFailure) {
        for pair in pairs { try self.add(pair) }
        guard (self.item == nil) == (self.value == nil) else {
            throw ReplayFailure("an event table needs both metric=COLUMN and value=COLUMN")
        }
    }

    package var isEmpty: Bool { self == ReplayMapping() }

    private mutating func add(_ pair: String) throws(ReplayFailure) {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ReplayFailure("`\(pair)` is not KEY=COLUMN, like rpm=speed or pressure[kPa]=p1")
        }
        let (key, column) = (String(parts[0]), String(parts[1]))
        switch key {
        case "timestamp": self.timestamp = Self.alternatives(column)
        case "machine": self.machine = column
        case "metric": self.item = column
        case "value": self.value = column
        default:
            let header = ColumnName(key)
            guard let name = MetricName(header.base), MemberKey(Array(header.base.utf8)[...]).isMetric else {
                let keys = "timestamp, machine, metric, value, and names of metrics like rpm or pressure[kPa]"
                throw ReplayFailure("`\(key)` is no key of a mapping; there are \(keys)")
            }
            self.metrics.append(Metric(name: name, unit: header.unit, columns: Self.alternatives(column)))
        }
    }

    private static func alternatives(_ columns: String) -> [String] {
        columns.split(separator: "|").map { ColumnName(String($0)).text }.filter { !$0.isEmpty }
    }
}

extension MemberKey {
    /// False for the keys of our own wire format.
    var isMetric: Bool {
        switch self {
        case .metric, .extra, .values: true
        case .timestamp, .ts, .machine, .reserved, .unusable: false
        }
    }
}
