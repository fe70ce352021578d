import NIOCore
import NIOHTTP1

/// The answers of this server to plain HTTP requests; the one place where outcomes become status, headers and body.
struct EngineResponse: Sendable {
    var status: HTTPResponseStatus
    var contentType: String?
    var body = ByteBuffer()
    /// The connection cannot be used any more, e.g. because the rest of a body is not read.
    var closesConnection = false
    var retryAfter: String?
    var cookie: String?
    /// Whether the body may be compressed for a client that takes that.
    var isCompressible = false
    var contentEncoding: String?

    /// A polling body.
    static func payload(_ body: ByteBuffer) -> EngineResponse {
        EngineResponse(status: .ok, contentType: "text/plain; charset=UTF-8", body: body)
    }

    /// `1`: the client can let go of this transport.
    static let closePacket: EngineResponse = {
        var body = ByteBuffer()
        OutboundMessage.close.writePayload(into: &body)
        return .payload(body)
    }()

    /// `6`: ends a poll without a word.
    static let noop: EngineResponse = {
        var body = ByteBuffer()
        OutboundMessage.noop.writePayload(into: &body)
        return .payload(body)
    }()

    /// The answer to a POST that was taken.
    static let ok = EngineResponse(status: .ok, contentType: "text/html", body: ByteBuffer(string: "ok"))

    /// The answer to a CORS preflight.
    static let noContent = EngineResponse(status: .noContent)

    /// 400 without a body, for requests that end their session.
    static let badRequest = EngineResponse(status: .badRequest)

    static let payloadTooLarge = EngineResponse(status: .payloadTooLarge, closesConnection: true)

    /// New sessions are not opened while the server stops. The delay is as long as a restart takes.
    static let shuttingDown = EngineResponse(status: .serviceUnavailable, closesConnection: true, retryAfter: "2")

    static func refusal(_ code: EngineErrorCode, message: String? = nil) -> EngineResponse {
        EngineResponse(
            status: HTTPResponseStatus(statusCode: code.httpStatus), contentType: "application/json",
            body: ByteBuffer(string: code.json(message: message)))
    }

    /// A refused WebSocket: always 400, the text as body, as Node does.
    static func webSocketRefusal(_ message: String) -> EngineResponse {
        EngineResponse(
            status: .badRequest, contentType: "text/html", body: ByteBuffer(string: message), closesConnection: true)
    }

    /// The same answer with a compressed body, if that is worth it and the client takes it. gzip is preferred.
    func compressed(threshold: Int?, acceptEncoding: [String]) -> EngineResponse {
        guard let threshold, self.isCompressible, self.body.readableBytes >= threshold else { return self }
        let accepted = acceptEncoding.flatMap { $0.lowercased().split(separator: ",") }.compactMap {
            entry -> Substring? in
            let parts = entry.split(separator: ";")
            // `;q=0` says no.
            let isRefused = parts.dropFirst().contains { $0.filter { $0 != " " }.hasPrefix("q=0") && !$0.contains(".") }
            return isRefused ? nil : parts.first?.drop { $0 == " " }.prefix { $0 != " " }
        }
        for (name, format) in [("gzip", Deflate.Format.gzip), ("deflate", .zlib)]
        where accepted.contains(Substring(name)) {
            guard let body = Deflate.compress(self.body, format) else { return self }
            var copy = self
            copy.body = body
            copy.contentEncoding = name
            return copy
        }
        return self
    }

    func head(isKeepAlive: Bool, adding further: HTTPHeaders) -> HTTPResponseHead {
        var headers = further
        if let contentType { headers.add(name: "Content-Type", value: contentType) }
        if self.status != .noContent {
            headers.add(name: "Content-Length", value: String(self.body.readableBytes))
            headers.add(name: "cache-control", value: "no-store")
        }
        if let contentEncoding { headers.add(name: "Content-Encoding", value: contentEncoding) }
        if let cookie { headers.add(name: "Set-Cookie", value: cookie) }
        if let retryAfter { headers.add(name: "Retry-After", value: retryAfter) }
        if self.closesConnection || !isKeepAlive { headers.add(name: "Connection", value: "close") }
        return HTTPResponseHead(version: .http1_1, status: self.status, headers: headers)
    }
}
