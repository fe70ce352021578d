/// Why input was refused. The raw values are counted, shown and sent: they are names that stay.
package enum RejectionReason: String, Sendable, CaseIterable {
    case notJSON
    case notAnObject
    case noNumber
    case notFinite
    case badValue
    case tooLarge
    case tooDeep
    case tooManyMetrics
    case tooManyMachines
    case badMachineName
    case badTimestamp
    case badMetricName
    case badStatus
    case unknownTopic
    /// A unit that is not one of its metric's.
    case unknownUnit
    /// Another unit than this metric of this machine had before.
    case unitChanged
    /// The parts are there, but not in the form that was announced (columns, a template, protobuf).
    case badSchema
    /// A Sparkplug sequence number that does not follow.
    case badSequence
    /// A name that no chart shows. The reading is kept: this one is a hint (`isHint`).
    case unchartedMetric
    case unsupportedMediaType
    /// The extra metrics of all machines together have no room left (`Limits.extraBytesMax`).
    case noRoomForMetrics

    /// A word to the sender beside a reading that is kept: nothing was refused.
    package var isHint: Bool { self == .unchartedMetric }
}

/// Input that was refused, kept for people to see.
package struct Rejection: Sendable {
    package let time: Timestamp
    /// The MQTT topic (its first 256 bytes), or "http".
    package let source: String
    /// The first 256 bytes of what came.
    package let excerpt: [UInt8]
    package let reason: RejectionReason
    /// One line: what the sender should do instead.
    package let remedy: String
    /// How many inputs it stands for, at least 1: the elements of one array that were refused for the same reason.
    package let count: Int
    /// Whom it came from, where that is known. A name that no machine has yet makes none.
    package let machine: MachineID?

    /// Payload, source and remedy are cut to their first 256 bytes here.
    package init(
        time: Timestamp,
        source: String,
        payload: some Sequence<UInt8>,
        reason: RejectionReason,
        remedy: String,
        count: Int = 1,
        machine: MachineID? = nil
    ) {
        assert(count >= 1)
        self.time = time
        self.source = Self.cut(source, to: Limits.rejectionSourceBytesMax)
        self.excerpt = Array(payload.prefix(Limits.rejectionExcerptBytesMax))
        self.reason = reason
        self.remedy = Self.cut(remedy, to: Limits.rejectionRemedyBytesMax)
        self.count = count
        self.machine = machine
    }

    /// A character that the cut goes through becomes U+FFFD.
    private static func cut(_ text: String, to bytesMax: Int) -> String {
        text.utf8.count <= bytesMax ? text : String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self)
    }
}
