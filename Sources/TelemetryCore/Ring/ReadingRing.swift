/// The last N readings of one machine, in memory. A plain value: no lock, no clock, no I/O.
///
/// 40 bytes a reading (5,000 machines x 1,000 readings = 200 MB), so a missing metric is NaN in here, extra metrics
/// live aside, and the slots grow with the readings instead of being reserved for all N.
struct ReadingRing {
    private struct Slot {
        var timestamp: Int64
        /// Milliseconds x 4, and in the two lowest bits what else is known of the reading's times: the year 9999
        /// leaves 15 bits of the number free.
        var receivedAndFlags: Int64
        /// NaN: missing. No stored metric is NaN (`Metrics`).
        var rpm: Double
        var torque: Double
        var pressure: Double
    }

    private static let hasSourceTime: Int64 = 1
    private static let isHistorical: Int64 = 2

    let capacity: Int
    private(set) var lastSequence: Int64 = 0
    /// Of the newest reading that is not historical; 0 when there never was one. It may be overwritten since.
    private(set) var latestSequence: Int64 = 0
    /// What the extra metrics in here take, about (`ExtraMetric.ringBytes`).
    private(set) var extraBytes = 0
    private var slots: [Slot] = []
    /// Sequence of the reading that went into `slots[0]` first; the others follow from it.
    private var baseSequence: Int64 = 1
    /// By slot, only where there are any.
    private var extras: [Int: [ExtraMetric]] = [:]

    init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    var count: Int { self.slots.count }
    var isEmpty: Bool { self.slots.isEmpty }
    /// Of the oldest reading kept; `lastSequence + 1` when there is none.
    var firstSequence: Int64 { self.lastSequence - Int64(self.slots.count) + 1 }

    /// Puts the next reading in, over the oldest when full. Only an empty ring may start at any sequence.
    mutating func append(_ stored: StoredReading) {
        precondition(self.isEmpty || stored.sequence == self.lastSequence + 1, "a gap in the sequence")
        let reading = stored.reading
        let slot = Slot(
            timestamp: reading.timestamp.milliseconds,
            receivedAndFlags: reading.received.milliseconds << 2
                | (reading.hasSourceTime ? Self.hasSourceTime : 0) | (reading.isHistorical ? Self.isHistorical : 0),
            rpm: reading.metrics.rpm ?? .nan,
            torque: reading.metrics.torque ?? .nan,
            pressure: reading.metrics.pressure ?? .nan
        )
        if self.isEmpty { self.baseSequence = stored.sequence }
        let index = self.index(of: stored.sequence)
        if self.slots.count < self.capacity {
            assert(index == self.slots.count)
            self.reserveForOneMore()
            self.slots.append(slot)
        } else {
            self.slots[index] = slot
        }
        self.putExtras(reading.metrics.extra, at: index)
        self.lastSequence = stored.sequence
        if !reading.isHistorical { self.latestSequence = stored.sequence }
        assert(self.count <= self.capacity && self.firstSequence >= 1)
    }

    /// `nil` when the reading is not (or no longer) here.
    func reading(_ sequence: Int64, of machine: MachineID) -> StoredReading? {
        guard !self.isEmpty, sequence >= self.firstSequence, sequence <= self.lastSequence else { return nil }
        let index = self.index(of: sequence)
        let slot = self.slots[index]
        let metrics = Metrics(
            rpm: slot.rpm.isNaN ? nil : slot.rpm,
            torque: slot.torque.isNaN ? nil : slot.torque,
            pressure: slot.pressure.isNaN ? nil : slot.pressure,
            sortedExtra: self.extras.isEmpty ? [] : self.extras[index] ?? []
        )
        var reading = Reading(
            machine: machine,
            timestamp: Timestamp(milliseconds: slot.timestamp),
            received: Timestamp(milliseconds: slot.receivedAndFlags >> 2),
            metrics: metrics,
            isHistorical: slot.receivedAndFlags & Self.isHistorical != 0
        )
        reading.hasSourceTime = slot.receivedAndFlags & Self.hasSourceTime != 0
        return StoredReading(sequence: sequence, reading: reading)
    }

    /// What the extra metrics of one reading take; 0 when it is not here.
    func extraBytes(of sequence: Int64) -> Int {
        guard !self.isEmpty, sequence >= self.firstSequence, sequence <= self.lastSequence else { return 0 }
        return ExtraMetric.ringBytes(of: self.extras[self.index(of: sequence)] ?? [])
    }

    /// In milliseconds, without those of clocks that are ahead; `.min` when no reading has one. A pass over the ring.
    var newestSourceTime: Int64 {
        var newest = Int64.min
        for slot in self.slots where slot.timestamp > newest {
            let flags = slot.receivedAndFlags & (Self.hasSourceTime | Self.isHistorical)
            let ahead = slot.timestamp - slot.receivedAndFlags >> 2
            if flags == Self.hasSourceTime, ahead <= Limits.clockAheadMillisecondsMax { newest = slot.timestamp }
        }
        return newest
    }

    /// The readings with one of these times, in one pass over the times alone: 100,000 slots in about 0.1 ms, and as
    /// much again for every 10,000 that are found.
    func readings(at times: Set<Int64>, of machine: MachineID) -> [StoredReading] {
        guard let first = times.min(), let last = times.max() else { return [] }
        var found: [StoredReading] = []
        for (index, slot) in self.slots.enumerated() where slot.timestamp >= first && slot.timestamp <= last {
            guard times.contains(slot.timestamp) else { continue }
            if let stored = self.reading(self.sequence(at: index), of: machine) { found.append(stored) }
        }
        return found
    }

    /// Of the reading that is in this slot now.
    private func sequence(at index: Int) -> Int64 {
        let newest = self.index(of: self.lastSequence)
        return self.lastSequence - Int64(index <= newest ? newest - index : newest + self.capacity - index)
    }

    private func index(of sequence: Int64) -> Int {
        Int((sequence - self.baseSequence) % Int64(self.capacity))
    }

    private mutating func putExtras(_ extra: [ExtraMetric], at index: Int) {
        if !extra.isEmpty {
            let before = self.extras.updateValue(extra, forKey: index)
            self.extraBytes += ExtraMetric.ringBytes(of: extra) - ExtraMetric.ringBytes(of: before ?? [])
        } else if !self.extras.isEmpty, let before = self.extras.removeValue(forKey: index) {
            self.extraBytes -= ExtraMetric.ringBytes(of: before)
        }
    }

    /// Doubles as an array would, but never past N: a full ring wastes nothing.
    private mutating func reserveForOneMore() {
        guard self.slots.count == self.slots.capacity else { return }
        self.slots.reserveCapacity(min(self.capacity, max(8, self.slots.count * 2)))
    }
}
