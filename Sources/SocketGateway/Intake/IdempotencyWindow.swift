package import NIOCore

/// Remembers for a while which keyed requests were answered how, so that one that is sent again stores nothing again
/// (draft-ietf-httpapi-idempotency-key-header). A value; time is an argument.
///
/// Bounded three ways: keys, bytes of answers, age. The oldest finished keys go first; a key whose request is still at
/// work is never forgotten.
package struct IdempotencyWindow: Sendable {
    /// A key within what it was sent to: two machines may have the same key.
    package struct Key: Hashable, Sendable {
        package let scope: String
        package let text: String

        /// The key `text` for requests to `scope`.
        package init(scope: String, text: String) {
            self.scope = scope
            self.text = text
        }
    }

    package enum OnBegin: Equatable, Sendable {
        /// The key is new: do the work, then call `finish`.
        case proceed
        /// The same request was answered: answer the same.
        case replay(IntakeAnswer)
        /// The same request is still at work.
        case inFlight
        /// The key belongs to a request with another body.
        case otherBody
        /// All keys are of requests at work; try again later.
        case full
    }

    private struct Entry {
        let fingerprint: Int
        /// Nil while the request is at work.
        var answer: IntakeAnswer?
        var expires: NIODeadline
    }

    private let keysMax: Int
    private let answerBytesMax: Int
    private let age: TimeAmount
    private var entries: [Key: Entry] = [:]
    /// Finished keys, oldest first.
    private var order = CircularBuffer<Key>()
    private var answerBytes = 0

    /// An empty window with these bounds.
    package init(
        keysMax: Int = Limits.idempotencyKeysMax,
        answerBytesMax: Int = Limits.idempotencyAnswerBytesMax,
        age: TimeAmount = Limits.idempotencyAge
    ) {
        precondition(keysMax > 0)
        self.keysMax = keysMax
        self.answerBytesMax = answerBytesMax
        self.age = age
    }

    /// Keys remembered.
    package var count: Int { self.entries.count }

    /// A keyed request is here with its whole body.
    package mutating func begin(_ key: Key, fingerprint: Int, now: NIODeadline) -> OnBegin {
        self.dropExpired(now: now)
        if let entry = self.entries[key] {
            guard entry.fingerprint == fingerprint else { return .otherBody }
            return entry.answer.map { .replay($0) } ?? .inFlight
        }
        while self.entries.count >= self.keysMax { guard self.dropOldest() else { return .full } }
        self.entries[key] = Entry(fingerprint: fingerprint, answer: nil, expires: .distantFuture)
        return .proceed
    }

    /// The request of `begin` is over. Nil: it came to nothing, so the key may be used again.
    package mutating func finish(_ key: Key, _ answer: IntakeAnswer?, now: NIODeadline) {
        guard var entry = self.entries[key], entry.answer == nil else { return }
        guard let answer, answer.bytes.count <= self.answerBytesMax else {
            self.entries[key] = nil
            return
        }
        while self.answerBytes + answer.bytes.count > self.answerBytesMax { guard self.dropOldest() else { break } }
        entry.answer = answer
        entry.expires = now + self.age
        self.entries[key] = entry
        self.answerBytes += answer.bytes.count
        self.order.append(key)
    }

    private mutating func dropExpired(now: NIODeadline) {
        while let oldest = self.order.first, let entry = self.entries[oldest], entry.expires <= now {
            _ = self.dropOldest()
        }
    }

    /// False when nothing is finished.
    private mutating func dropOldest() -> Bool {
        guard let key = self.order.popFirst() else { return false }
        self.answerBytes -= self.entries.removeValue(forKey: key)?.answer?.bytes.count ?? 0
        return true
    }
}
