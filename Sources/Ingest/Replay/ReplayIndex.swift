import TelemetryCore

/// What of a recording is played when: its lines, or as many as fit, in the order of their times.
///
/// The lines of one machine stay in their order: one that is earlier than those above it is played with them, and keeps
/// its own time. Lines of several machines are merged, however the file has them (one machine after the other, say).
struct ReplayIndex {
    struct Entry {
        /// Milliseconds in the recording's time.
        let playTime: Int64
        let offset: Int
        let length: Int32
        /// From 1, the header is one: what an editor shows, unless fields have line breaks.
        let line: Int32
    }

    private(set) var entries: [Entry] = []
    private(set) var gaps = 0
    private(set) var backwardJumps = 0
    /// Milliseconds of the largest.
    private(set) var largestBackwardJump: Int64 = 0
    /// There is more in the file than fitted.
    private(set) var isComplete = true
    private var lanes: [MachineID: ReplayLane] = [:]
    /// Of lines whose machine is not known, or is one too many.
    private var otherLane = ReplayLane()

    /// Takes lines until the end of the recording, or `linesMax` of them. Blocks for chunks of the file; lets other
    /// tasks run in between.
    static func build(
        _ recording: ReplayRecording, _ lines: inout RecordingLines, line: inout Int32, linesMax: Int
    ) async throws -> ReplayIndex {
        var index = ReplayIndex()
        var decoder = recording.decoder
        let interval = recording.interval?.wholeMilliseconds
        var lastTime: Int64 = 0
        while index.entries.count < linesMax {
            guard let next = try lines.next() else {
                index.finish()
                return index
            }
            line &+= 1
            var row: ReadingRow?
            if next.refusal == nil {
                row = decoder.row(lines)
                if row == nil { continue }
            }
            if let row, let machine = recording.machine ?? row.machine {
                lastTime = index.append(row.timestamp?.milliseconds, of: machine, interval: interval)
            }
            index.entries.append(
                Entry(playTime: lastTime, offset: next.offset, length: Int32(next.length), line: line))
            if index.entries.count % Limits.replayLinesPerTurn == 0 {
                await Task.yield()
                try Task.checkCancellation()
            }
        }
        index.isComplete = false
        index.finish()
        return index
    }

    private mutating func append(_ time: Int64?, of machine: MachineID, interval: Int64?) -> Int64 {
        if self.lanes[machine] != nil || self.lanes.count < TelemetryCore.Limits.machinesMax {
            return self.lanes[machine, default: ReplayLane()].append(time, interval: interval)
        }
        return self.otherLane.append(time, interval: interval)
    }

    private mutating func finish() {
        for lane in self.lanes.values {
            self.gaps += lane.gaps()
            self.backwardJumps += lane.backwardJumps
            self.largestBackwardJump = max(self.largestBackwardJump, lane.largestBackwardJump)
        }
        self.lanes = [:]
        let isInOrder = zip(self.entries, self.entries.dropFirst()).allSatisfy { $0.playTime <= $1.playTime }
        if !isInOrder { self.entries.sort { ($0.playTime, $0.offset) < ($1.playTime, $1.offset) } }
    }
}
