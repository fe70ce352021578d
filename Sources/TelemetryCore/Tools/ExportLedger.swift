/// What one machine's part of an export contains and what it lacks.
struct ExportLedger {
    /// A time without a reading.
    struct Gap {
        let afterSequence: Int64
        let from, to: Timestamp
    }

    let part: ExportPlan.Part
    private(set) var exported: Int64 = 0
    /// After `since` and no longer kept, or overwritten while the export ran.
    var lost: Int64
    private(set) var gapCount: Int64 = 0
    /// The first of them, at most `Limits.exportGapsMax`.
    private(set) var gaps: [Gap] = []
    private var previous: StoredReading?

    init(_ part: ExportPlan.Part) {
        self.part = part
        self.lost = part.lost
    }

    /// In sequence order.
    mutating func pass(_ stored: StoredReading, isExported: Bool) {
        defer { self.previous = isExported ? stored : nil }
        guard isExported else { return }
        self.exported += 1
        guard let previous, let interval = self.part.intervalMilliseconds else { return }
        let step = stored.reading.timestamp.milliseconds(since: previous.reading.timestamp)
        guard step > max(Limits.staleMillisecondsMin, interval * Limits.staleIntervals) else { return }
        self.gapCount += 1
        guard self.gaps.count < Limits.exportGapsMax else { return }
        self.gaps.append(
            Gap(
                afterSequence: previous.sequence,
                from: previous.reading.timestamp,
                to: stored.reading.timestamp
            )
        )
    }
}
