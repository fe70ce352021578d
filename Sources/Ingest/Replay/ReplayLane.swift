/// One machine of a recording, while its lines are looked through in their order.
struct ReplayLane {
    /// The latest source time so far, ms: a line is never played before one that stands above it.
    private(set) var playTime: Int64 = .min
    /// The source time of the last line, ms.
    private var lastTime: Int64?
    private var lines: Int64 = 0
    /// Milliseconds between neighbours, where the second is later.
    private var steps: [Int64] = []
    private(set) var backwardJumps = 0
    /// Milliseconds of the largest.
    private(set) var largestBackwardJump: Int64 = 0

    /// The line has this source time, or (`nil`) none; `interval`: lines come so many milliseconds apart. Returns when
    /// to play it, in the recording's time.
    mutating func append(_ time: Int64?, interval: Int64?) -> Int64 {
        defer { self.lines += 1 }
        guard let time = interval.map({ self.lines * $0 }) ?? time else {
            return self.playTime == .min ? 0 : self.playTime
        }
        if let last = self.lastTime {
            if time < last {
                self.backwardJumps += 1
                self.largestBackwardJump = max(self.largestBackwardJump, last - time)
            } else if time > last {
                self.steps.append(time - last)
            }
        }
        self.lastTime = time
        self.playTime = max(self.playTime, time)
        return self.playTime
    }

    /// Steps longer than `Limits.replayGapSteps` usual ones (the median; of an even number the later of the two).
    func gaps() -> Int {
        guard !self.steps.isEmpty else { return 0 }
        let usual = self.steps.sorted()[self.steps.count / 2]
        return self.steps.count { $0 > Limits.replayGapSteps * usual }
    }
}
