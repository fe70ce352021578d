/// What came on a machine's status topic.
struct StatusReport: Sendable {
    let isOnline: Bool
    let reason: String
    let time: Timestamp

    func apply(to staleness: inout Staleness) {
        if self.isOnline {
            staleness.reportedOnline(at: self.time)
        } else {
            staleness.reportedOffline(at: self.time, reason: self.reason)
        }
    }
}
