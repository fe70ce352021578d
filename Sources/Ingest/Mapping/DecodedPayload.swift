package import TelemetryCore

/// What one payload or one text of many lines gave: readings, refusals, or both; and hints about readings it took.
package struct DecodedPayload: Hashable, Sendable {
    /// One element or line that was refused.
    package struct Refusal: Hashable, Sendable {
        /// Place in the array or text (as `indices`); 0 when the payload is one object or was refused as a whole.
        package let index: Int
        package let reason: RejectionReason
        /// One line: what the sender should do instead.
        package let remedy: String
        /// Whose, when that is known.
        package let machine: MachineID?
        /// How many elements it stands for: this one, and later ones of the same reason beyond the limit.
        package fileprivate(set) var count = 1
    }

    package private(set) var readings: [Reading] = []
    /// Parallel to `readings`: place of each in the array or text, from 0.
    package private(set) var indices: [Int] = []
    /// The first `refusalsMax` of them, and the first of each other reason.
    package private(set) var refusals: [Refusal] = []
    /// All of them, also those beyond the limit.
    package private(set) var refusedCount = 0
    /// Of readings that were taken, but probably not as they were meant (`unchartedMetric`). Never a refusal.
    package private(set) var hints: [Refusal] = []
    /// Refusals written down one by one.
    private let refusalsMax: Int

    package init() {
        self.init(refusalsMax: Limits.refusalsPerPayloadMax)
    }

    init(refusalsMax: Int) {
        self.refusalsMax = refusalsMax
    }

    mutating func take(_ reading: Reading, index: Int = 0) {
        self.readings.append(reading)
        self.indices.append(index)
    }

    /// Those from the one at `start` on may have come before.
    mutating func markRedelivered(from start: Int) {
        for index in start..<self.readings.count { self.readings[index].isRedelivered = true }
    }

    /// Takes back the readings from the one at `start` on.
    mutating func removeReadings(from start: Int) {
        self.readings.removeSubrange(start...)
        self.indices.removeSubrange(start...)
    }

    mutating func refuse(
        index: Int = 0, _ reason: RejectionReason, _ remedy: String, machine: MachineID? = nil, count: Int = 1
    ) {
        self.refusedCount += count
        if self.refusals.count >= self.refusalsMax,
            let like = self.refusals.lastIndex(where: { $0.reason == reason && $0.machine == machine })
        {
            self.refusals[like].count += count
            return
        }
        self.refusals.append(Refusal(index: index, reason: reason, remedy: remedy, machine: machine, count: count))
    }

    mutating func hint(index: Int, _ reason: RejectionReason, _ remedy: String, machine: MachineID) {
        self.hints.append(Refusal(index: index, reason: reason, remedy: remedy, machine: machine))
    }

    /// Takes over all of `other`, which is one line of a text, as number `index` of it.
    mutating func absorb(_ other: DecodedPayload, index: Int) {
        for reading in other.readings { self.take(reading, index: index) }
        for refusal in other.refusals {
            let (reason, remedy, count) = (refusal.reason, refusal.remedy, refusal.count)
            self.refuse(index: index, reason, remedy, machine: refusal.machine, count: count)
        }
        for hint in other.hints {
            self.hints.append(
                Refusal(index: index, reason: hint.reason, remedy: hint.remedy, machine: hint.machine))
        }
    }

    package mutating func removeAll() {
        self.readings.removeAll(keepingCapacity: true)
        self.indices.removeAll(keepingCapacity: true)
        self.removeRefusals()
    }

    /// The readings stay, for those of the next payload to follow them.
    mutating func removeRefusals() {
        if !self.refusals.isEmpty { self.refusals.removeAll(keepingCapacity: true) }
        if !self.hints.isEmpty { self.hints.removeAll(keepingCapacity: true) }
        self.refusedCount = 0
    }
}
