/// The last N readings of one machine, in memory. A plain value: no lock, no clock, no I/O.
///
/// 40 bytes a reading (5,000 machines x 1,000 readings = 200 MB), so a missing metric is NaN in here, extra metrics
/// live aside, and the slots grow (and shrink, when old readings are dropped) with the readings instead of being
/// reserved for all N.
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

        static let empty = Slot(timestamp: 0, receivedAndFlags: 0, rpm: .nan, torque: .nan, pressure: .nan)
    }

    private static let hasSourceTime: Int64 = 1
    private static let isHistorical: Int64 = 2

    let capacity: Int
    private(set) var lastSequence: Int64 = 0
    /// Readings in here.
    private(set) var count = 0
    /// Of the newest reading that is not historical; 0 when there never was one. It may be overwritten since.
    private(set) var latestSequence: Int64 = 0
    /// What the extra metrics in here take, about (`ExtraMetric.ringBytes`).
    private(set) var extraBytes = 0
    /// Used in a circle, from `start` on; as many as `count` are in use.
    private var slots: [Slot] = []
    /// Where the oldest reading is.
    private var start = 0
    /// By slot, only where there are any.
    private var extras: [Int: [ExtraMetric]] = [:]

    init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    var isEmpty: Bool { self.count == 0 }
    /// Of the oldest reading kept; `lastSequence + 1` when there is none.
    var firstSequence: Int64 { self.lastSequence - Int64(self.count) + 1 }

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
        if self.count < self.capacity {
            if self.count == self.slots.count { self.resize(to: min(self.capacity, max(8, self.count * 2))) }
            self.count += 1
        } else {
            self.start = self.slot(after: 1)
        }
        self.lastSequence = stored.sequence
        let index = self.index(of: stored.sequence)
        self.slots[index] = slot
        self.putExtras(reading.metrics.extra, at: index)
        if !reading.isHistorical { self.latestSequence = stored.sequence }
        assert(self.count <= self.capacity && self.firstSequence >= 1)
    }

    /// Lets go of the oldest readings up to this sequence, but never of the newest one. The next sequence is what it
    /// was; slots that are no longer needed are given back.
    mutating func dropOldest(through sequence: Int64) {
        let dropped = Int(min(sequence, self.lastSequence - 1) - self.firstSequence + 1)
        guard dropped > 0 else { return }
        if !self.extras.isEmpty {
            for offset in 0..<dropped { self.putExtras([], at: self.slot(after: offset)) }
        }
        self.start = self.slot(after: dropped)
        self.count -= dropped
        if self.count * 4 <= self.slots.count, self.slots.count > 8 { self.resize(to: max(8, self.count * 2)) }
        assert(self.count >= 1)
    }

    /// Of the readings from the oldest on, not more than `limit`, that were received before `time`: the sequence of
    /// the last of them; `nil`: the oldest is younger. A time of receipt after `now` (our clock was wrong then) says
    /// nothing: such a reading is as old as those before it, if one follows that is old.
    func expired(before time: Timestamp, now: Timestamp, limit: Int) -> Int64? {
        var expired: Int64?
        for offset in 0..<min(self.count, limit) {
            let received = self.slots[self.slot(after: offset)].receivedAndFlags >> 2
            if received < time.milliseconds {
                expired = self.firstSequence + Int64(offset)
            } else if received <= now.milliseconds {
                break
            }
        }
        return expired
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
    var newestSourceTime: Int64 { self.newestSourceTime(through: self.lastSequence) }

    /// The same of the readings up to this sequence.
    func newestSourceTime(through sequence: Int64) -> Int64 {
        var newest = Int64.min
        for offset in 0..<max(0, min(self.count, Int(sequence - self.firstSequence + 1))) {
            let slot = self.slots[self.slot(after: offset)]
            guard slot.timestamp > newest else { continue }
            let flags = slot.receivedAndFlags & (Self.hasSourceTime | Self.isHistorical)
            let ahead = slot.timestamp - slot.receivedAndFlags >> 2
            if flags == Self.hasSourceTime, ahead <= Limits.clockAheadMillisecondsMax { newest = slot.timestamp }
        }
        return newest
    }

    /// Of the newest reading that was received before `time`, not more than `limit` back from the newest one.
    func sequence(receivedBefore time: Timestamp, limit: Int) -> Int64 {
        let kept = min(self.count, max(0, limit))
        for back in 0..<kept {
            let slot = self.slots[self.slot(after: self.count - 1 - back)]
            if slot.receivedAndFlags >> 2 < time.milliseconds { return self.lastSequence - Int64(back) }
        }
        return self.lastSequence - Int64(kept)
    }

    /// The readings with one of these times, in one pass over the times alone: 0.2 ms for 100,000 slots, and a
    /// microsecond for each that is found (`StoreBenchmark redelivery`).
    func readings(at times: Set<Int64>, of machine: MachineID) -> [StoredReading] {
        guard let first = times.min(), let last = times.max() else { return [] }
        var found: [StoredReading] = []
        for offset in 0..<self.count {
            let time = self.slots[self.slot(after: offset)].timestamp
            guard time >= first, time <= last, times.contains(time) else { continue }
            if let stored = self.reading(self.firstSequence + Int64(offset), of: machine) { found.append(stored) }
        }
        return found
    }

    private func index(of sequence: Int64) -> Int {
        self.slot(after: Int(sequence - self.firstSequence))
    }

    /// `offset` from the oldest on, not more than there are slots.
    private func slot(after offset: Int) -> Int {
        let index = self.start + offset
        return index < self.slots.count ? index : index - self.slots.count
    }

    private mutating func putExtras(_ extra: [ExtraMetric], at index: Int) {
        if !extra.isEmpty {
            let before = self.extras.updateValue(extra, forKey: index)
            self.extraBytes += ExtraMetric.ringBytes(of: extra) - ExtraMetric.ringBytes(of: before ?? [])
        } else if !self.extras.isEmpty, let before = self.extras.removeValue(forKey: index) {
            self.extraBytes -= ExtraMetric.ringBytes(of: before)
        }
    }

    /// Doubled as an array would be, but never past N: a full ring wastes nothing. The oldest comes to the first slot.
    private mutating func resize(to size: Int) {
        assert(size >= self.count && size <= max(8, self.capacity))
        var resized: [Slot] = []
        resized.reserveCapacity(size)
        var moved: [Int: [ExtraMetric]] = [:]
        for offset in 0..<self.count {
            let index = self.slot(after: offset)
            resized.append(self.slots[index])
            if !self.extras.isEmpty, let extra = self.extras[index] { moved[offset] = extra }
        }
        resized.append(contentsOf: repeatElement(.empty, count: size - self.count))
        self.slots = resized
        self.extras = moved
        self.start = 0
    }
}
