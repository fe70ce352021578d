package import TelemetryCore

/// What one payload gave: readings, refusals, or (an array) both.
package struct DecodedPayload: Hashable, Sendable {
    /// One element that was refused.
    package struct Refusal: Hashable, Sendable {
        /// Place in the array; 0 when the payload is one object or was refused as a whole.
        package let index: Int
        package let reason: RejectionReason
        /// One line: what the sender should do instead.
        package let remedy: String
        /// How many elements it stands for: this one, and later ones of the same reason beyond the limit.
        package fileprivate(set) var count = 1
    }

    package var readings: [Reading] = []
    /// The first `Limits.refusalsPerPayloadMax` of them, and the first of each other reason.
    package private(set) var refusals: [Refusal] = []
    /// All of them, also those beyond the limit.
    package private(set) var refusedCount = 0

    package init() {}

    mutating func refuse(index: Int = 0, _ reason: RejectionReason, _ remedy: String) {
        self.refusedCount += 1
        if self.refusals.count >= Limits.refusalsPerPayloadMax,
            let like = self.refusals.lastIndex(where: { $0.reason == reason })
        {
            self.refusals[like].count += 1
            return
        }
        self.refusals.append(Refusal(index: index, reason: reason, remedy: remedy))
    }

    mutating func removeAll() {
        self.readings.removeAll(keepingCapacity: true)
        self.refusals.removeAll(keepingCapacity: true)
        self.refusedCount = 0
    }
}
