package import HTTPTypes
package import Hummingbird
import NIOCore

/// An RFC 9457 problem document: what an HTTP client gets instead of an answer.
///
/// `type` is `about:blank`, so the title is the status phrase; `detail` says what to do about it.
package struct Problem: HTTPResponseError, Equatable {
    package static let mediaType = "application/problem+json"

    package let status: HTTPResponse.Status
    /// One or two sentences for the person who made the request.
    package let detail: String
    /// The methods to name in `Allow` (405 only).
    package var allow: [HTTPRequest.Method] = []
    /// What to put into `Retry-After` (503), in seconds; nil: nothing.
    package var retryAfterSeconds: Int?

    /// A problem with this status and explanation.
    package init(
        _ status: HTTPResponse.Status,
        _ detail: String,
        allow: [HTTPRequest.Method] = [],
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.detail = detail
        self.allow = allow
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The problem of a request that ``HTTPConnectionGuard`` refuses.
    init(_ refusal: HTTPConnectionState.Refusal) {
        switch refusal {
        case .malformed:
            self.init(.badRequest, "The request is not valid HTTP/1.1.")
        case .headerTooLarge:
            self.init(
                .requestHeaderFieldsTooLarge,
                "The header fields are above \(Limits.headerListBytesMax) bytes together, "
                    + "\(Limits.headerFieldBytesMax) bytes for one, or \(Limits.headerFieldsMax) in number."
            )
        case .bodyTooLarge:
            self.init(.contentTooLarge, "The request body is above \(Limits.requestBodyBytesMax) bytes.")
        }
    }

    /// The document as UTF-8 JSON.
    package var json: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(text: #"{"type":"about:blank","title":"#)
        JSONText.write(self.status.reasonPhrase, into: &bytes)
        bytes.append(text: #","status":\#(self.status.code),"detail":"#)
        JSONText.write(self.detail, into: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// The whole HTTP response.
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [.contentType: Self.mediaType, .cacheControl: "no-store"]
        if !self.allow.isEmpty {
            headers[.allow] = self.allow.map(\.rawValue).joined(separator: ", ")
        }
        if let seconds = self.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        let body = ByteBuffer(bytes: self.json)
        headers[.contentLength] = String(body.readableBytes)
        let isHead = request.method == .head
        return Response(status: self.status, headers: headers, body: isHead ? .init() : .init(byteBuffer: body))
    }
}
