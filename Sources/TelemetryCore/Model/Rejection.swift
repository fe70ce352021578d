/// Why input was refused. The raw values are counted, shown and sent: they are names that stay.
package enum RejectionReason: String, Sendable, CaseIterable {
    case notJSON
    case notAnObject
    case noNumber
    case notFinite
    case badValue
    case tooLarge
    case tooDeep
    case badMachineName
    case badTimestamp
    case badMetricName
    case badStatus
    case unknownTopic
}

/// Input that was refused, kept for people to see.
package struct Rejection: Sendable {
    package let time: Timestamp
    /// The MQTT topic, or "http".
    package let source: String
    /// The first 256 bytes of what came.
    package let excerpt: [UInt8]
    package let reason: RejectionReason
    /// One line: what the sender should do instead.
    package let remedy: String

    /// The payload is cut to its first 256 bytes here.
    package init(
        time: Timestamp,
        source: String,
        payload: some Sequence<UInt8>,
        reason: RejectionReason,
        remedy: String
    ) {
        self.time = time
        self.source = source
        self.excerpt = Array(payload.prefix(Limits.rejectionExcerptBytesMax))
        self.reason = reason
        self.remedy = remedy
    }
}
