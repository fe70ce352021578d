import TelemetryCore

/// What libmosquitto's callbacks leave behind during one `mosquitto_loop_read`: messages of the batch and answers of
/// the broker. They only append here; everything else happens after the read. One thread.
final class MQTTInbox {
    struct Message {
        /// At most `Limits.topicBytesMax` bytes of it.
        let topic: String
        /// Bytes that came; above `Limits.topicBytesMax` the message is refused.
        let topicCount: Int
        /// Place in `bytes`. For a refused one only the start, as an excerpt.
        let payload: Range<Int>
        /// Bytes that came; above `Limits.payloadBytesMax` the message is refused.
        let payloadCount: Int
        let isRetained: Bool
        let received: Timestamp
    }

    private(set) var messages: [Message] = []
    /// Payloads one after another; one buffer for the whole batch, which is used again for the next.
    private(set) var bytes: [UInt8] = []
    /// CONNACK code: 0 is accepted.
    var connectionAnswer: Int32?
    /// Granted QoS per filter of each SUBACK, of the first `Limits.grantedAnswersMax`; 128 is refused.
    private(set) var grantedQoS: [Int32] = []
    private(set) var subscriptionAnswers = 0

    private let clock: WallClock

    init(clock: WallClock) {
        self.clock = clock
    }

    /// The batch takes no more: commit first.
    var isFull: Bool {
        self.messages.count >= Limits.batchMessagesMax || self.bytes.count >= Limits.batchBytesMax
    }

    /// Nothing came, neither messages nor answers.
    var isEmpty: Bool {
        self.messages.isEmpty && self.connectionAnswer == nil && self.grantedQoS.isEmpty
    }

    /// Both buffers are only read during the call.
    func append(topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, isRetained: Bool) {
        let start = self.bytes.count
        // A payload over the limit is not copied, only what a rejection shows of it.
        let kept =
            payload.count <= Limits.payloadBytesMax ? payload.count : TelemetryCore.Limits.rejectionExcerptBytesMax
        self.bytes.append(contentsOf: payload.prefix(kept))
        let message = Message(
            topic: String(decoding: topic.prefix(Limits.topicBytesMax), as: UTF8.self),
            topicCount: topic.count,
            payload: start..<self.bytes.count,
            payloadCount: payload.count,
            isRetained: isRetained,
            received: self.clock.now()
        )
        self.messages.append(message)
    }

    /// A SUBACK came.
    func appendSubscriptionAnswer(_ granted: UnsafeBufferPointer<Int32>) {
        guard self.subscriptionAnswers < Limits.grantedAnswersMax else { return }
        self.subscriptionAnswers += 1
        self.grantedQoS.append(contentsOf: granted.prefix(Limits.grantedAnswersMax - self.grantedQoS.count))
    }

    /// The CONNACK code, once.
    func takeConnectionAnswer() -> Int32? {
        defer { self.connectionAnswer = nil }
        return self.connectionAnswer
    }

    /// Forgets what an earlier connection left.
    func startConnection() {
        self.removeMessages()
        self.connectionAnswer = nil
        self.grantedQoS = []
        self.subscriptionAnswers = 0
    }

    func removeMessages() {
        self.messages.removeAll(keepingCapacity: true)
        self.bytes.removeAll(keepingCapacity: true)
    }
}
