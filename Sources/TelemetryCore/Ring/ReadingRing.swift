/// The last N readings of one machine, in memory. A plain value: no lock, no clock, no I/O.
///
/// 40 bytes a reading (5,000 machines x 1,000 readings = 200 MB), so a missing metric is NaN in here, extra metrics
/// live aside, and the slots grow (and shrink, when old readings are dropped) with the readings instead of being
/// reserved for all N.
///
/// After a start the older part may still be in the database only: `unread` readings, which come in with `fill`, from
/// the newest back. What needs one of them says so (`nil`), and whoever holds the ring reads it first (`MachineFeed`).
struct ReadingRing {
    let capacity: Int
    private(set) var lastSequence: Int64 = 0
    /// The oldest of the readings kept that are not in memory yet (`fill`): all before the first of `held`.
    private(set) var unread = 0
    /// Readings in memory, the newest ones. A ring that has readings has at least one here.
    private(set) var held = 0
    /// Of the newest reading that is not historical; 0 when there never was one. It may be overwritten since.
    private(set) var latestSequence: Int64 = 0
    /// What the extra metrics in memory take, about (`ExtraMetric.ringBytes`).
    private(set) var extraBytes = 0
    /// Used in a circle, from `start` on; as many as `held` are in use.
    private var slots: [ReadingSlot] = []
    /// Where the oldest reading in memory is.
    private var start = 0
    /// By slot, only where there are any.
    private var extras: [Int: [ExtraMetric]] = [:]
    /// What is known of the unread ones.
    private var older: [RingMark.Older] = []
    /// Time of a reading that was the oldest one; of the oldest while its sequence is `firstSequence`.
    private var oldestTime: (sequence: Int64, milliseconds: Int64) = (0, 0)

    init(capacity: Int) {
        precondition(capacity >= 1)
        self.capacity = capacity
    }

    /// A ring of which so far only the newest readings are read. Room for all of them is set aside at once: memory that
    /// nobody has touched costs nothing, and no smaller block is left behind when the others come.
    init(capacity: Int, newest: RingPiece, mark: RingMark) {
        self.init(capacity: capacity)
        precondition(newest.last == mark.last && newest.first >= mark.first && mark.count <= Int64(capacity))
        self.slots.reserveCapacity(Int(mark.count))
        self.slots.append(contentsOf: newest.slots)
        self.held = newest.count
        self.unread = Int(newest.first - mark.first)
        self.lastSequence = mark.last
        self.older = mark.older
        for (place, extra) in newest.extras { self.putExtras(extra, at: place) }
        self.noteLatest(in: newest.slots[...], from: newest.first)
    }

    var isEmpty: Bool { self.held == 0 }
    /// Readings kept, in memory or not.
    var count: Int { self.held + self.unread }
    /// Of the oldest reading kept; `lastSequence + 1` when there is none.
    var firstSequence: Int64 { self.lastSequence - Int64(self.count) + 1 }
    /// Of the oldest reading in memory.
    var firstHeld: Int64 { self.lastSequence - Int64(self.held) + 1 }

    /// Puts the next reading in, over the oldest when full. Only an empty ring may start at any sequence.
    mutating func append(_ stored: StoredReading) {
        precondition(self.isEmpty || stored.sequence == self.lastSequence + 1, "a gap in the sequence")
        if self.held < self.capacity {
            if self.held == self.slots.count { self.resize(to: min(self.capacity, max(8, self.held * 2))) }
            self.held += 1
            if self.count > self.capacity { self.unread -= 1 }
        } else {
            self.start = self.slot(after: 1)
        }
        self.lastSequence = stored.sequence
        let index = self.index(of: stored.sequence)
        self.slots[index] = ReadingSlot(stored.reading)
        self.putExtras(stored.reading.metrics.extra, at: index)
        if !stored.reading.isHistorical { self.latestSequence = stored.sequence }
        assert(self.count <= self.capacity && self.firstSequence >= 1)
    }

    /// Lets go of the oldest readings up to this sequence, but never of the newest one. The next sequence is what it
    /// was; slots that are no longer needed are given back.
    mutating func dropOldest(through sequence: Int64) {
        let through = min(sequence, self.lastSequence - 1)
        self.forgetUnread(before: through + 1)
        let dropped = Int(through - self.firstHeld + 1)
        guard dropped > 0 else { return }
        if !self.extras.isEmpty {
            for offset in 0..<dropped { self.putExtras([], at: self.slot(after: offset)) }
        }
        self.start = self.slot(after: dropped)
        self.held -= dropped
        if self.held * 4 <= self.slots.count, self.slots.count > 8 { self.resize(to: max(8, self.held * 2)) }
        assert(self.held >= 1)
    }

    /// Of the readings from the oldest on, not more than `limit`, that were received before `time`: the sequence of
    /// the last of them; `nil`: the oldest is younger. A time of receipt after `now` (our clock was wrong then) says
    /// nothing: such a reading is as old as those before it, if one follows that is old. Only when all is read.
    func expired(before time: Timestamp, now: Timestamp, limit: Int) -> Int64? {
        assert(self.unread == 0)
        var expired: Int64?
        for offset in 0..<min(self.held, limit) {
            let received = self.slots[self.slot(after: offset)].received
            if received < time.milliseconds {
                expired = self.firstSequence + Int64(offset)
            } else if received <= now.milliseconds {
                break
            }
        }
        return expired
    }

    /// `nil` when the reading is not (or no longer, or not yet) in memory.
    func reading(_ sequence: Int64, of machine: MachineID) -> StoredReading? {
        guard !self.isEmpty, sequence >= self.firstHeld, sequence <= self.lastSequence else { return nil }
        let index = self.index(of: sequence)
        let extra = self.extras.isEmpty ? [] : self.extras[index] ?? []
        return StoredReading(sequence: sequence, reading: self.slots[index].reading(of: machine, extra: extra))
    }

    /// What the extra metrics of one reading take; 0 when it is not here.
    func extraBytes(of sequence: Int64) -> Int {
        guard !self.isEmpty, sequence >= self.firstHeld, sequence <= self.lastSequence else { return 0 }
        return ExtraMetric.ringBytes(of: self.extras[self.index(of: sequence)] ?? [])
    }

    /// Of the oldest reading, whether it is in memory or not; `nil`: not known, or there is none.
    var oldest: Timestamp? {
        if self.isEmpty { return nil }
        if self.unread == 0 { return Timestamp(milliseconds: self.slots[self.slot(after: 0)].time) }
        let known = self.oldestTime
        return known.sequence == self.firstSequence ? Timestamp(milliseconds: known.milliseconds) : nil
    }

    /// The newest source time of the readings up to this sequence, without those of clocks that are ahead; `.min`
    /// when no reading has one. A pass over the ring. Only when what it needs is in memory.
    func newestSourceTime(through sequence: Int64) -> Int64 {
        self.newest(through: sequence).milliseconds
    }

    /// From which reading on the newest source time up to this sequence needs them in memory; `.max`: none.
    func firstNeededForNewest(through sequence: Int64) -> Int64 {
        guard let older = self.older(through: sequence) else { return self.firstSequence }
        return older.through == sequence ? .max : older.through + 1
    }

    /// What is known up to this sequence or less far. The reading that had the time must not be overwritten since.
    private func older(through sequence: Int64) -> RingMark.Older? {
        self.older.first { older in
            older.through <= sequence && (older.newest == .none || older.newest.sequence >= self.firstSequence)
        }
    }

    private func newest(through sequence: Int64) -> NewestTime {
        var newest = NewestTime.none
        if self.unread > 0 {
            assert(self.firstNeededForNewest(through: sequence) >= self.firstHeld)
            newest = self.older(through: sequence)?.newest ?? .none
        }
        for offset in 0..<max(0, min(self.held, Int(sequence - self.firstHeld + 1))) {
            let slot = self.slots[self.slot(after: offset)]
            guard slot.time >= newest.milliseconds, slot.tellsSourceTime else { continue }
            newest = NewestTime(milliseconds: slot.time, sequence: self.firstHeld + Int64(offset))
        }
        return newest
    }

    /// For the next start, which reads this many of the newest before anything else.
    func mark(newest: Int) -> RingMark {
        let older = RingMark.distances(newest: newest, count: self.count).compactMap { distance -> RingMark.Older? in
            let through = self.lastSequence - distance
            if self.unread > 0, self.firstNeededForNewest(through: through) < self.firstHeld { return nil }
            return RingMark.Older(through: through, newest: self.newest(through: through))
        }
        return RingMark(first: self.firstSequence, last: self.lastSequence, older: older)
    }

    /// Of the newest reading that was received before `time`, not more than `limit` back from the newest one. `nil`:
    /// unread ones would have to be looked at.
    func sequence(receivedBefore time: Timestamp, limit: Int) -> Int64? {
        let kept = min(self.count, max(0, limit))
        for back in 0..<min(kept, self.held) {
            let slot = self.slots[self.slot(after: self.held - 1 - back)]
            if slot.received < time.milliseconds { return self.lastSequence - Int64(back) }
        }
        return kept > self.held ? nil : self.lastSequence - Int64(kept)
    }

    /// The readings with one of these times, in one pass over the times alone: 0.2 ms for 100,000 slots, and a
    /// microsecond for each that is found (`StoreBenchmark redelivery`). Only when all is read.
    func readings(at times: Set<Int64>, of machine: MachineID) -> [StoredReading] {
        assert(self.unread == 0)
        guard let first = times.min(), let last = times.max() else { return [] }
        var found: [StoredReading] = []
        for offset in 0..<self.held {
            let time = self.slots[self.slot(after: offset)].time
            guard time >= first, time <= last, times.contains(time) else { continue }
            if let stored = self.reading(self.firstHeld + Int64(offset), of: machine) { found.append(stored) }
        }
        return found
    }

    private func index(of sequence: Int64) -> Int {
        self.slot(after: Int(sequence - self.firstHeld))
    }

    /// `offset` from the oldest in memory on, not more than there are slots.
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
        assert(size >= self.held && size <= max(8, self.capacity))
        var resized: [ReadingSlot] = []
        resized.reserveCapacity(size)
        var moved: [Int: [ExtraMetric]] = [:]
        for offset in 0..<self.held {
            let index = self.slot(after: offset)
            resized.append(self.slots[index])
            if !self.extras.isEmpty, let extra = self.extras[index] { moved[offset] = extra }
        }
        resized.append(contentsOf: repeatElement(.empty, count: size - self.held))
        self.slots = resized
        self.extras = moved
        self.start = 0
    }
}

// MARK: - Readings that come in later

extension ReadingRing {
    /// The database was asked for this range, which ends where memory begins, and gave `piece`: the newest readings of
    /// the range. What of it is missing is gone (overwritten or dropped by a commit that is not published yet), and so
    /// is everything before that.
    ///
    /// Meanwhile others may have brought some of them, or the ring may have gone on: what is here, or is no longer
    /// kept, is passed over.
    mutating func fill(_ range: ClosedRange<Int64>, with piece: RingPiece) {
        precondition(piece.isEmpty || piece.last == range.upperBound && piece.first >= range.lowerBound)
        let found = piece.isEmpty ? range.upperBound + 1 : piece.first
        if found > range.lowerBound { self.forgetUnread(before: found) }
        let from = max(found, self.firstSequence)
        let end = min(range.upperBound + 1, self.firstHeld)
        guard from < end, end == self.firstHeld else { return }
        let places = Int(from - found)..<Int(end - found)
        self.prepend(piece.slots[places])
        for place in places {
            guard !piece.extras.isEmpty, let extra = piece.extras[place] else { continue }
            self.putExtras(extra, at: self.slot(after: place - places.lowerBound))
        }
        if self.latestSequence == 0 { self.noteLatest(in: piece.slots[places], from: from) }
        assert(self.firstHeld == from)
    }

    /// The oldest readings of the range that are still there, when only the time of the oldest is asked for.
    mutating func noteOldest(_ range: ClosedRange<Int64>, _ piece: RingPiece) {
        guard let oldest = piece.slots.first else { return self.forgetUnread(before: range.upperBound + 1) }
        if piece.first > range.lowerBound { self.forgetUnread(before: piece.first) }
        self.oldestTime = (piece.first, oldest.time)
    }

    /// The unread ones cannot be read, now or ever.
    mutating func forgetUnread() {
        self.unread = 0
    }

    private mutating func forgetUnread(before sequence: Int64) {
        self.unread -= max(0, min(self.unread, Int(sequence - self.firstSequence)))
    }

    private mutating func noteLatest(in slots: ArraySlice<ReadingSlot>, from first: Int64) {
        guard let latest = slots.lastIndex(where: { !$0.isHistorical }) else { return }
        self.latestSequence = first + Int64(latest - slots.startIndex)
    }

    /// Before the oldest in memory. The circle is opened there, which for the first time is its end: nothing moves.
    private mutating func prepend(_ older: ArraySlice<ReadingSlot>) {
        if self.held < self.slots.count { self.resize(to: self.held) }
        self.slots.reserveCapacity(self.count)
        let place = self.start == 0 ? self.held : self.start
        if !self.extras.isEmpty, place < self.held {
            let moved = self.extras.map { (key: $0.key < place ? $0.key : $0.key + older.count, value: $0.value) }
            self.extras = Dictionary(uniqueKeysWithValues: moved)
        }
        self.slots.insert(contentsOf: older, at: place)
        self.start = place
        self.held += older.count
        self.unread -= older.count
    }
}
