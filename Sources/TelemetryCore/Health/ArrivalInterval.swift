/// Learns how often something arrives from when it does: the median of the last gaps.
///
/// The median, because one outage or one odd step must not change what is expected; bursts (a broker handing over
/// what it queued) count as one arrival. Without a heap of its own: a machine has one for itself and one per metric.
struct ArrivalInterval: Sendable {
    /// A ring of the last gaps, in milliseconds, each at least the burst length.
    private var gaps = InlineArray<8, UInt32>(repeating: 0)
    private var count: UInt8 = 0
    private var next: UInt8 = 0
    /// The median of the gaps; 0 until enough are known.
    private var median: UInt32 = 0
    /// Milliseconds since 1970; `.min`: nothing arrived yet.
    private var lastCounted = Int64.min

    /// Between arrivals, in milliseconds; `nil` until enough gaps are known.
    var milliseconds: Int64? { self.median == 0 ? nil : Int64(self.median) }

    mutating func arrived(at time: Timestamp) {
        let last = self.lastCounted
        // The first one; or the wall clock went back: start again from here, the gap means nothing.
        guard last != .min, time.milliseconds >= last else {
            self.lastCounted = time.milliseconds
            return
        }
        let gap = time.milliseconds - last
        guard gap >= Limits.arrivalBurstMilliseconds else { return }
        self.lastCounted = time.milliseconds
        self.gaps[Int(self.next)] = UInt32(clamping: gap)
        self.next = (self.next + 1) % UInt8(Limits.learnedGapsMax)
        self.count = min(self.count + 1, UInt8(Limits.learnedGapsMax))
        if self.count >= Limits.learnedGapsMin { self.median = self.medianOfGaps() }
    }

    /// Sorts a copy: eight numbers, on the stack.
    private func medianOfGaps() -> UInt32 {
        var sorted = self.gaps
        let count = Int(self.count)
        for index in 1..<count {
            let gap = sorted[index]
            var place = index
            while place > 0, sorted[place - 1] > gap {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = gap
        }
        return sorted[count / 2]
    }
}
