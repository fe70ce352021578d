package import HTTPTypes

/// What a POST of readings is answered, whole: it may be given again for the same idempotency key.
package struct IntakeAnswer: Equatable, Sendable {
    package let status: HTTPResponse.Status
    package let contentType: String
    package let bytes: [UInt8]
    /// Seconds after which trying again makes sense; nil: it does not, the answer is final.
    package let retryAfterSeconds: Int?

    /// An element that is not stored, as the sender sees it.
    package struct Rejected: Equatable, Sendable {
        /// Place among the elements of the body, from 0.
        package let index: Int
        package let reason: String
        package let remedy: String
        /// Elements it stands for.
        package let count: Int
    }

    /// Some or all readings are committed.
    package static func accepted(_ count: Int, duplicates: Int, rejected: [Rejected]) -> IntakeAnswer {
        var bytes: [UInt8] = []
        bytes.append(text: #"{"accepted":\#(count),"rejected":"#)
        Self.write(rejected, into: &bytes)
        let total = rejected.reduce(0) { $0 + $1.count }
        if total > 0 { bytes.append(text: #","rejectedCount":\#(total)"#) }
        if duplicates > 0 { bytes.append(text: #","duplicates":\#(duplicates)"#) }
        bytes.append(UInt8(ascii: "}"))
        return IntakeAnswer(status: .accepted, contentType: ContentType.json, bytes: bytes, retryAfterSeconds: nil)
    }

    /// Nothing in the body can be used: a problem document that also has the list.
    package static func unusable(_ rejected: [Rejected]) -> IntakeAnswer {
        let detail =
            rejected.first.map { "Nothing in the body can be used: \($0.remedy)." }
            ?? "There is no reading in the body."
        var bytes = Problem(.unprocessableContent, detail).json
        bytes.removeLast()
        bytes.append(text: #","accepted":0,"rejected":"#)
        Self.write(rejected, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return IntakeAnswer(
            status: .unprocessableContent, contentType: Problem.mediaType, bytes: bytes, retryAfterSeconds: nil)
    }

    /// Nothing is stored now; it may be later.
    package static func unavailable(_ detail: String) -> IntakeAnswer {
        IntakeAnswer(
            status: .serviceUnavailable,
            contentType: Problem.mediaType,
            bytes: Problem(.serviceUnavailable, detail).json,
            retryAfterSeconds: Limits.retryAfterSeconds
        )
    }

    private static func write(_ rejected: [Rejected], into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "["))
        for (position, one) in rejected.prefix(Limits.rejectedListedMax).enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"index":\#(one.index),"reason":"#)
            JSONText.write(one.reason, into: &bytes)
            bytes.append(text: #","remedy":"#)
            JSONText.write(one.remedy, into: &bytes)
            if one.count > 1 { bytes.append(text: #","count":\#(one.count)"#) }
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
