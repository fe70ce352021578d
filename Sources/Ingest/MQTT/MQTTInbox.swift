import Glibc
import TelemetryCore

/// What libmosquitto's callbacks leave behind during one `mosquitto_loop_read`: messages of the batch and answers of
/// the broker. They only append here; everything else happens after the read. One thread.
final class MQTTInbox {
    struct Message {
        /// Place in `bytes`; at most `Limits.topicBytesMax` of it.
        let topic: Range<Int>
        /// Bytes that came; above `Limits.topicBytesMax` the message is refused.
        let topicCount: Int
        /// Place in `bytes`. For a refused one only the start, as an excerpt.
        let payload: Range<Int>
        /// Bytes that came; above `Limits.payloadBytesMax` the message is refused.
        let payloadCount: Int
        let isRetained: Bool
        /// The broker sent it before, and does not know whether we have it.
        let isRedelivered: Bool
        let received: Timestamp
    }

    /// What the broker said to CONNECT, or with a DISCONNECT of its own.
    struct Answer: Hashable {
        /// CONNACK: 0 is accepted.
        let code: Int32
        /// MQTT 5: the broker's own words.
        let words: String?
    }

    private(set) var messages: [Message] = []
    /// Topics and payloads one after another; one buffer for the whole batch, which is used again for the next.
    private(set) var bytes: [UInt8] = []
    private(set) var connectionAnswer: Answer?
    /// The broker has kept our session: what comes first may have come before.
    private(set) var isSessionPresent = false
    /// The broker ended the connection and said why (MQTT 5).
    private(set) var disconnect: Answer?
    /// By the identifier of the SUBSCRIBE: granted QoS, 128 and above is refused. At most
    /// `Limits.grantedAnswersMax`.
    private(set) var subscriptionAnswers: [Int32: Int32] = [:]
    /// The broker did not take what we published (MQTT 5).
    private(set) var refusedPublication: Int32?
    var tls = TLSEvidence()

    private let clock: WallClock
    /// Whether topics of Sparkplug have the larger limit of theirs.
    private let takesSparkplug: Bool
    /// Bytes of the client id, to find our place in libmosquitto's log lines.
    private var clientIDCount = 0
    /// DUP flag of the PUBLISH that is being read; nil when libmosquitto did not log one.
    private var dupFlag: Bool?
    /// The broker waits for the acknowledgement of a message of this batch.
    private(set) var awaitsAcknowledgement = false
    /// Messages of QoS 1 on this connection, up to `Limits.inFlightMessagesMax`.
    private var deliveredCount = 0
    /// What comes next must wait for the next batch.
    private var isClosed = false

    init(clock: WallClock, takesSparkplug: Bool = false) {
        self.clock = clock
        self.takesSparkplug = takesSparkplug
    }

    /// The batch takes no more: commit first.
    var isFull: Bool {
        self.messages.count >= Limits.batchMessagesMax || self.bytes.count >= Limits.batchBytesMax || self.isClosed
    }

    /// The batch ends here, unless it has not begun.
    func close() {
        self.isClosed = !self.messages.isEmpty
    }

    var now: Timestamp { self.clock.now() }

    func topic(of message: Message) -> String {
        String(decoding: self.bytes[message.topic], as: UTF8.self)
    }

    /// Nothing came, neither messages nor answers.
    var isEmpty: Bool {
        self.messages.isEmpty && self.connectionAnswer == nil && self.subscriptionAnswers.isEmpty
    }

    /// Both buffers are only read during the call. `received`: now.
    func append(
        topic: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer,
        isRetained: Bool,
        isRedelivered: Bool = false,
        awaitsAcknowledgement: Bool = false,
        received: Timestamp? = nil
    ) {
        if awaitsAcknowledgement { self.awaitsAcknowledgement = true }
        let start = self.bytes.count
        self.bytes.append(contentsOf: topic.prefix(Limits.topicBytesMax))
        let topicEnd = self.bytes.count
        // A payload over the limit is not copied, only what a rejection shows of it.
        let isSparkplug = self.takesSparkplug && topic.starts(with: SparkplugTopic.prefix.utf8)
        let bytesMax = isSparkplug ? Limits.sparkplugPayloadBytesMax : Limits.payloadBytesMax
        let kept = payload.count <= bytesMax ? payload.count : TelemetryCore.Limits.rejectionExcerptBytesMax
        self.bytes.append(contentsOf: payload.prefix(kept))
        let message = Message(
            topic: start..<topicEnd,
            topicCount: topic.count,
            payload: topicEnd..<self.bytes.count,
            payloadCount: payload.count,
            isRetained: isRetained,
            isRedelivered: isRedelivered,
            received: received ?? self.clock.now()
        )
        self.messages.append(message)
    }

    func noteConnectionAnswer(code: Int32, isSessionPresent: Bool, words: String?) {
        self.connectionAnswer = Answer(code: code, words: words)
        self.isSessionPresent = isSessionPresent
    }

    func noteDisconnect(code: Int32, words: String?) {
        self.disconnect = Answer(code: code, words: words)
    }

    func noteSubscriptionAnswer(_ identifier: Int32, _ granted: Int32) {
        guard self.subscriptionAnswers.count < Limits.grantedAnswersMax else { return }
        self.subscriptionAnswers[identifier] = granted
    }

    func noteRefusedPublication(_ code: Int32) {
        self.refusedPublication = code
    }

    /// Its reason, once.
    func takeRefusedPublication() -> Int32? {
        defer { self.refusedPublication = nil }
        return self.refusedPublication
    }

    /// The answer to CONNECT, once.
    func takeConnectionAnswer() -> Answer? {
        defer { self.connectionAnswer = nil }
        return self.connectionAnswer
    }

    /// Answers to subscriptions, once.
    func takeSubscriptionAnswers() -> [Int32: Int32] {
        defer { self.subscriptionAnswers = [:] }
        return self.subscriptionAnswers
    }

    /// Forgets what an earlier connection left.
    func startConnection(clientID: String) {
        self.removeMessages()
        self.connectionAnswer = nil
        self.isSessionPresent = false
        self.disconnect = nil
        self.subscriptionAnswers = [:]
        self.refusedPublication = nil
        self.tls = TLSEvidence()
        self.clientIDCount = clientID.utf8.count
        self.dupFlag = nil
        self.deliveredCount = 0
    }

    func removeMessages() {
        self.awaitsAcknowledgement = false
        self.isClosed = false
        self.messages.removeAll(keepingCapacity: true)
        self.bytes.removeAll(keepingCapacity: true)
    }
}

// MARK: Redelivery

extension MQTTInbox {
    private static let publishWords: StaticString = " received PUBLISH (d"

    /// libmosquitto does not show the DUP flag of a message, but it logs it just before (docs/decisions/0003):
    /// `Client <id> received PUBLISH (d1, q1, r0, m7, …`. `line` ends with a NUL and is only read during the call.
    func noteDebug(_ line: UnsafePointer<CChar>) {
        let start = "Client ".utf8.count + self.clientIDCount
        let flag = start + Self.publishWords.utf8CodeUnitCount
        // Unsafe: strnlen makes sure that all of `start...flag` lies before the NUL.
        guard strnlen(line, flag + 1) == flag + 1 else { return }
        guard memcmp(line + start, Self.publishWords.utf8Start, Self.publishWords.utf8CodeUnitCount) == 0 else {
            return
        }
        self.dupFlag = line[flag] == CChar(UInt8(ascii: "1"))
    }

    /// For the message that is delivered now: whether the broker has sent it before.
    ///
    /// Should a libmosquitto not log the flag, everything counts as redelivered that can be, in a session that the
    /// broker has kept: it sends again first what was under way. Marking too much is harmless, since only a reading
    /// that is equal to one in the ring is a duplicate.
    func takeRedelivered(qos: Int32) -> Bool {
        defer { self.dupFlag = nil }
        guard qos > 0 else { return false }
        self.awaitsAcknowledgement = true
        if let dupFlag = self.dupFlag { return dupFlag }
        guard self.isSessionPresent, self.deliveredCount < Limits.inFlightMessagesMax else { return false }
        self.deliveredCount += 1
        return true
    }
}
