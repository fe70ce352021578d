/// How long readings that have come may wait for others, to be committed with them. A plain value.
///
/// Each commit costs a flush of the disk, so readings that come close together share one where nobody waits for an
/// acknowledgement. Who sends now and then does not wait: the interval runs from the commit before.
struct GatherRule {
    typealias Instant = ContinuousClock.Instant

    /// When the last batch was committed.
    var lastCommit: Instant

    /// `nil`: commit now.
    func patience(for inbox: MQTTInbox, now: Instant) -> Duration? {
        if inbox.messages.isEmpty || inbox.isFull { return nil }
        // Their senders wait, or we for our subscriptions.
        if inbox.awaitsAcknowledgement || inbox.connectionAnswer != nil { return nil }
        let rest = self.lastCommit + Limits.gatherInterval - now
        return rest > .zero ? rest : nil
    }
}
