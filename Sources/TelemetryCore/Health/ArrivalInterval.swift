/// Learns how often a machine sends from when its readings arrive: the median of the last gaps.
///
/// The median, because one outage or one odd step must not change what is expected; bursts (a broker handing over
/// what it queued) count as one arrival.
struct ArrivalInterval: Sendable {
    /// Oldest first, at most `Limits.learnedGapsMax`, in milliseconds, each at least the burst length.
    private var gaps: [Int64] = []
    /// The same gaps by length, kept in order so that no reading sorts.
    private var sortedGaps: [Int64] = []
    private var lastCounted: Timestamp?
    /// Between readings, in milliseconds; `nil` until enough gaps are known.
    private(set) var milliseconds: Int64?

    mutating func arrived(at time: Timestamp) {
        guard let last = self.lastCounted else {
            self.lastCounted = time
            return
        }
        let gap = time.milliseconds(since: last)
        // The wall clock went back: start again from here, the gap means nothing.
        if gap < 0 {
            self.lastCounted = time
            return
        }
        guard gap >= Limits.arrivalBurstMilliseconds else { return }
        self.lastCounted = time
        if self.gaps.count == Limits.learnedGapsMax, let index = self.sortedGaps.firstIndex(of: self.gaps[0]) {
            self.gaps.removeFirst()
            self.sortedGaps.remove(at: index)
        }
        self.gaps.append(gap)
        self.sortedGaps.insert(gap, at: self.sortedGaps.firstIndex { $0 >= gap } ?? self.sortedGaps.endIndex)
        assert(self.gaps.count == self.sortedGaps.count && self.gaps.count <= Limits.learnedGapsMax)
        guard self.gaps.count >= Limits.learnedGapsMin else { return }
        self.milliseconds = self.sortedGaps[self.sortedGaps.count / 2]
    }
}
