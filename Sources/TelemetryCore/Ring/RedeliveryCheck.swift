/// Finds out which redelivered readings of one machine are in its ring, or in the open batch, already.
///
/// The times in question are known before the batch is numbered, so one pass over the ring is enough, however many
/// there are: 1,024 against a ring of 100,000 take 1.1 ms, half of what storing them took; one takes 0.3 ms. Exists
/// only while a batch has redelivered readings of the machine.
///
/// A reading without a source time has only our time of receipt, which is another one at each delivery: such readings
/// cannot be told apart from new ones and are stored again.
struct RedeliveryCheck {
    private struct Key: Hashable {
        let timestamp: Timestamp
        let metrics: Metrics
    }

    /// The source times that were redelivered, in milliseconds.
    private(set) var times: Set<Int64> = []
    /// The readings with such a time, each with its newest sequence.
    private var known: [Key: Int64] = [:]

    /// Before anything is numbered.
    mutating func expect(_ time: Timestamp) {
        self.times.insert(time.milliseconds)
    }

    /// A reading that is in the ring, or was just numbered.
    mutating func note(_ reading: Reading, sequence: Int64) {
        guard self.times.contains(reading.timestamp.milliseconds) else { return }
        let key = Key(timestamp: reading.timestamp, metrics: reading.metrics)
        self.known[key] = max(sequence, self.known[key] ?? 0)
    }

    /// The same source time and the same values, in a sequence that is not overwritten yet (`firstKept` or later).
    func isKnown(_ reading: Reading, firstKept: Int64) -> Bool {
        let key = Key(timestamp: reading.timestamp, metrics: reading.metrics)
        return self.known[key].map { $0 >= firstKept } ?? false
    }
}
