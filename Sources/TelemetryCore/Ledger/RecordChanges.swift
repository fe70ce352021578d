/// What one transaction writes beside the readings. Its arrays are used again and again; mostly they stay empty.
struct RecordChanges {
    struct Unit {
        /// The machine's, as in all of these.
        let key: Int64
        let metric: MetricName
        let symbol: String
    }

    struct Labels {
        let key: Int64
        let labels: [String: String]
    }

    struct Ledger {
        let key: Int64
        let ledger: MachineLedger
    }

    var units: [Unit] = []
    var labels: [Labels] = []
    var ledgers: [Ledger] = []

    var isEmpty: Bool { self.units.isEmpty && self.labels.isEmpty && self.ledgers.isEmpty }

    mutating func removeAll() {
        self.units.removeAll(keepingCapacity: true)
        self.labels.removeAll(keepingCapacity: true)
        self.ledgers.removeAll(keepingCapacity: true)
    }
}
