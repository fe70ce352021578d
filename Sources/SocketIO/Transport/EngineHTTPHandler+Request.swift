import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a request's head says.
extension EngineHTTPHandler {
    static func isWebSocketUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    /// Bytes that no header value may have (RFC 9110 section 5.5), as Node checks them.
    static func hasIllegalOrigin(_ head: HTTPRequestHead) -> Bool {
        head.headers["origin"].contains { value in value.utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F } }
    }

    static func handshake(
        _ head: HTTPRequestHead, _ query: EngineQuery, _ context: ChannelHandlerContext
    ) -> HandshakeRequest {
        HandshakeRequest(head, query, address: context.remoteAddress?.ipAddress ?? "")
    }

    /// Old Internet Explorers see an attack in a polling body that resembles the request's URL.
    static func isOldExplorer(_ head: HTTPRequestHead) -> Bool {
        guard let agent = head.headers.first(name: "user-agent") else { return false }
        return agent.contains(";MSIE") || agent.contains("Trident/")
    }
}

extension HandshakeRequest {
    /// As it came just now.
    init(_ head: HTTPRequestHead, _ query: EngineQuery, address: String) {
        self.init(
            // Copied: the decoder's array has room for many more, for as long as the session lives.
            uri: head.uri, headers: HTTPHeaders(Array(head.headers)), address: address, query: query.parameters,
            issued: Self.wallClock())
    }

    /// Milliseconds since 1970.
    private static func wallClock() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }
}

extension EngineRequest.Method {
    init(_ method: HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .POST: self = .post
        case .OPTIONS: self = .options
        default: self = .other
        }
    }
}
