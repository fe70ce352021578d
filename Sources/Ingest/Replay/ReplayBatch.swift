import TelemetryCore

/// Lines of a recording that are due, as readings and refusals.
struct ReplayBatch {
    private struct Kind: Hashable {
        let reason: RejectionReason
        let machine: MachineID?
    }

    /// The first line of its kind, and how many there are.
    private struct Refused {
        let line: Int32
        let remedy: String
        let text: [UInt8]
        var count: Int
    }

    private let recording: ReplayRecording
    private let times: ReplayTimes
    private var decoder: RecordingDecoder
    private var text: [UInt8] = []
    private(set) var readings: [Reading] = []
    /// Parallel to `readings`.
    private var entries: [ReplayIndex.Entry] = []
    private var refused: [Kind: Refused] = [:]
    /// Lines, also those that were refused.
    private(set) var rows = 0

    init(recording: ReplayRecording, times: ReplayTimes) {
        self.recording = recording
        self.times = times
        self.decoder = recording.decoder
    }

    /// Reads the line again. Blocks for it.
    mutating func append(_ entry: ReplayIndex.Entry, received: Timestamp) throws(ReplayFailure) {
        self.rows += 1
        self.text.removeAll(keepingCapacity: true)
        try self.recording.file.append(Int(entry.length), at: entry.offset, to: &self.text)
        guard let row = self.decoder.row(self.text[...]) else {
            return self.refuse(
                .badSchema, "the line is longer than allowed, or its quotes are not in order", nil, entry)
        }
        let machine = self.recording.machine ?? row.machine
        if let refusal = row.refusal { return self.refuse(refusal.reason, refusal.remedy, machine, entry) }
        guard let machine else {
            return self.refuse(.badMachineName, "the line names no machine; add machine=NAME", nil, entry)
        }
        let time = self.recording.interval == nil ? row.timestamp?.milliseconds ?? entry.playTime : entry.playTime
        var reading = row.reading(of: machine, received: received)
        reading.timestamp = self.times.stamp(time)
        reading.hasSourceTime = true
        reading.isHistorical = self.recording.options.isBackfill
        self.readings.append(reading)
        self.entries.append(entry)
        for hint in self.decoder.hints(at: reading) { self.refuse(hint.reason, hint.remedy, machine, entry) }
    }

    /// What the writer refused of `readings`. Their text is not at hand any more.
    mutating func takeRefusals(_ refusals: [ReadingWriter.Receipt.Refusal]) {
        for refusal in refusals {
            self.text.removeAll(keepingCapacity: true)
            let (reading, entry) = (self.readings[refusal.index], self.entries[refusal.index])
            self.text.append(contentsOf: StoredReading(sequence: 1, reading: reading).json.utf8)
            self.refuse(refusal.reason, refusal.remedy, reading.machine, entry)
        }
    }

    var refusedCounts: [RejectionReason: Int] {
        var counts: [RejectionReason: Int] = [:]
        for (kind, refused) in self.refused where !kind.reason.isHint {
            counts[kind.reason, default: 0] += refused.count
        }
        return counts
    }

    /// Also hints. One for each reason and machine, with the first of their lines.
    func rejections(time: Timestamp) -> [Rejection] {
        self.refused.sorted { $0.value.line < $1.value.line }.map { kind, refused in
            Rejection(
                time: time,
                source: "\(self.recording.options.fileName):\(refused.line)",
                payload: refused.text,
                reason: kind.reason,
                remedy: refused.remedy,
                count: refused.count,
                machine: kind.machine
            )
        }
    }

    mutating func removeAll() {
        self.readings.removeAll(keepingCapacity: true)
        self.entries.removeAll(keepingCapacity: true)
        self.refused.removeAll(keepingCapacity: true)
        self.rows = 0
    }

    private mutating func refuse(
        _ reason: RejectionReason, _ remedy: String, _ machine: MachineID?, _ entry: ReplayIndex.Entry
    ) {
        let kind = Kind(reason: reason, machine: machine)
        if self.refused[kind] != nil {
            self.refused[kind]?.count += 1
        } else {
            let text = Array(self.text.prefix(TelemetryCore.Limits.rejectionExcerptBytesMax))
            self.refused[kind] = Refused(line: entry.line, remedy: remedy, text: text, count: 1)
        }
    }
}
