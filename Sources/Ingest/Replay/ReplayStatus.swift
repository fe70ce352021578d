package import TelemetryCore

/// What became of a recording so far. The counts are of all passes, but for those of the recording itself.
package struct ReplayStatus: Hashable, Sendable {
    /// Lines that were played, whatever became of them.
    package var rows = 0
    package var stored = 0
    /// The machine's ring has them already.
    package var duplicates = 0
    package var refused: [RejectionReason: Int] = [:]
    /// Of the recording: pauses of a machine of more than three times its usual one.
    package var gaps = 0
    /// Of the recording: lines with an earlier time than the line of their machine above.
    package var backwardJumps = 0
    /// Milliseconds of the largest of these.
    package var largestBackwardJump: Int64 = 0
    /// How often it was played to its end.
    package var passes = 0
    package var isFinished = false
    /// One line: what ended it before its time.
    package var failure: String?

    package var refusedCount: Int { self.refused.values.reduce(0, +) }

    /// One line for people.
    package var detail: String {
        var counts = "\(self.rows) lines, \(self.stored) stored, \(self.refusedCount) refused"
        if self.gaps > 0 { counts += ", \(self.gaps) gaps" }
        if self.backwardJumps > 0 { counts += ", \(self.backwardJumps) backward jumps of its clocks" }
        if let failure { return "ended after \(counts): \(failure)" }
        return self.isFinished ? "played: \(counts)" : "playing: \(counts)"
    }
}
