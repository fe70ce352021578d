/// The readings of one transaction, numbered, in the order in which they came. Its arrays are used again and again.
struct WriteBatch {
    /// In commit order.
    private(set) var readings: [StoredReading] = []
    /// Parallel to `readings`: the machine's key in the database.
    private(set) var keys: [Int64] = []
    /// Parallel to `readings`: index of the machine's next reading, -1 at its last.
    private var next: [Int] = []
    /// Every machine of the batch once, in the order of their first readings.
    private(set) var lanes: [MachineLane] = []

    var isEmpty: Bool { self.readings.isEmpty }
    var count: Int { self.readings.count }

    /// Numbers the reading and takes it in; its sequence, or `nil` when it is retained and the machine has readings.
    mutating func add(_ reading: Reading, to lane: MachineLane) -> Int64? {
        assert(reading.machine == lane.machine)
        assert(reading.metrics.extra.count <= Limits.extraMetricsMax)
        if reading.isRetained, lane.lastSequence > 0 { return nil }
        lane.lastSequence += 1
        let index = self.readings.count
        self.readings.append(StoredReading(sequence: lane.lastSequence, reading: reading))
        self.keys.append(lane.key)
        self.next.append(-1)
        if lane.head < 0 {
            lane.head = index
            self.lanes.append(lane)
        } else {
            self.next[lane.tail] = index
        }
        lane.tail = index
        return lane.lastSequence
    }

    /// One machine's readings, in sequence order.
    func run(of lane: MachineLane) -> some Sequence<StoredReading> {
        sequence(first: lane.head) { index in self.next[index] < 0 ? nil : self.next[index] }
            .lazy.map { self.readings[$0] }
    }

    /// For the next transaction.
    mutating func removeAll() {
        for lane in self.lanes {
            lane.head = -1
            lane.tail = -1
        }
        self.readings.removeAll(keepingCapacity: true)
        self.keys.removeAll(keepingCapacity: true)
        self.next.removeAll(keepingCapacity: true)
        self.lanes.removeAll(keepingCapacity: true)
    }
}
