/// What one transaction writes: readings, numbered, in the order in which they came, and what there is beside them.
/// Its arrays are used again and again.
struct WriteBatch {
    /// In commit order.
    private(set) var readings: [StoredReading] = []
    /// Parallel to `readings`: the machine's key in the database.
    private(set) var keys: [Int64] = []
    /// Parallel to `readings`: index of the machine's next reading, -1 at its last.
    private var next: [Int] = []
    /// Every machine of the batch once, in the order in which they came into it; also those of which it has only
    /// counts.
    private(set) var lanes: [MachineLane] = []
    /// Units, labels and ledgers.
    var records = RecordChanges()

    /// Of readings.
    var isEmpty: Bool { self.readings.isEmpty }
    /// Of readings.
    var count: Int { self.readings.count }

    /// Pages of the database that it may need at most: rows with what pages keep free, and a split page per machine.
    var pagesMax: Int {
        let bytes = self.readings.reduce(0) { sum, stored in
            sum
                + stored.reading.metrics.extra.reduce(Limits.readingFileBytes) { row, metric in
                    row + metric.name.text.utf8.count + 28
                }
        }
        return bytes * 3 / 2 / Limits.databasePageBytes + 2 * self.lanes.count + 16
    }

    /// Numbers the reading and takes it in; its sequence.
    mutating func add(_ reading: Reading, to lane: MachineLane) -> Int64 {
        assert(reading.machine == lane.machine && reading.units.isEmpty)
        assert(reading.metrics.extra.count <= Limits.extraMetricsMax)
        lane.lastSequence += 1
        let index = self.readings.count
        self.readings.append(StoredReading(sequence: lane.lastSequence, reading: reading))
        self.keys.append(lane.key)
        self.next.append(-1)
        if lane.head < 0 {
            lane.head = index
            self.enter(lane)
        } else {
            self.next[lane.tail] = index
        }
        lane.tail = index
        return lane.lastSequence
    }

    /// The batch has something of this machine, though maybe no reading.
    mutating func enter(_ lane: MachineLane) {
        if lane.isInBatch { return }
        lane.isInBatch = true
        self.lanes.append(lane)
    }

    /// One machine's readings, in sequence order.
    func run(of lane: MachineLane) -> some Sequence<StoredReading> {
        sequence(state: lane.head) { index -> StoredReading? in
            if index < 0 { return nil }
            defer { index = self.next[index] }
            return self.readings[index]
        }
    }

    /// For the next transaction.
    mutating func removeAll() {
        for lane in self.lanes {
            lane.head = -1
            lane.tail = -1
            lane.isInBatch = false
            lane.counts = BatchCounts()
        }
        self.readings.removeAll(keepingCapacity: true)
        self.keys.removeAll(keepingCapacity: true)
        self.next.removeAll(keepingCapacity: true)
        self.lanes.removeAll(keepingCapacity: true)
        self.records.removeAll()
    }
}
