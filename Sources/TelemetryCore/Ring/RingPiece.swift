/// Readings that follow each other in one ring, in the form in which it keeps them. A plain value.
struct RingPiece: Sendable {
    /// Of the first reading; of no meaning while there is none.
    private(set) var first: Int64 = 0
    private(set) var slots: [ReadingSlot] = []
    /// By place in `slots`, only where there are any.
    private(set) var extras: [Int: [ExtraMetric]] = [:]
    /// A retained value made the machine, and is among these: it says nothing about the machine being there. (Only the
    /// first reading ever can be one.)
    private(set) var hasRetained = false

    var isEmpty: Bool { self.slots.isEmpty }
    var count: Int { self.slots.count }
    /// `first - 1` while there is none.
    var last: Int64 { self.first + Int64(self.slots.count) - 1 }

    mutating func reserve(_ count: Int) {
        self.slots.reserveCapacity(count)
    }

    mutating func append(_ stored: StoredReading) {
        assert(self.isEmpty || stored.sequence == self.last + 1, "a gap in the sequence")
        if self.isEmpty { self.first = stored.sequence }
        if !stored.reading.metrics.extra.isEmpty { self.extras[self.slots.count] = stored.reading.metrics.extra }
        if stored.reading.isRetained { self.hasRetained = true }
        self.slots.append(ReadingSlot(stored.reading))
    }

    func reading(at place: Int, of machine: MachineID) -> Reading {
        self.slots[place].reading(of: machine, extra: self.extras.isEmpty ? [] : self.extras[place] ?? [])
    }
}
