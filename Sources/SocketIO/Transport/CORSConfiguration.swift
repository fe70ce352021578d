import NIOHTTP1

/// Which pages of other origins may talk to the server (Fetch standard, "CORS protocol"). It goes on every answer,
/// errors and the WebSocket's 101 included.
///
/// CORS does not keep a foreign page from opening a WebSocket: browsers do not ask. Refuse unwanted origins with
/// ``EngineConfiguration/allowRequest`` as well.
public struct CORSConfiguration: Sendable {
    /// The origins that are let in.
    public enum Origins: Sendable {
        /// `*`; with credentials the origin itself is named, since browsers want that.
        case any
        /// These, e.g. `https://wall.example`.
        case list(Set<String>)
        /// Those that the function says yes to.
        case matching(@Sendable (String) -> Bool)
    }

    /// Who is let in.
    public var origins: Origins
    /// Whether cookies and the like may be sent along.
    public var allowsCredentials = false
    /// What a preflight allows.
    public var methods = "GET,HEAD,PUT,PATCH,POST,DELETE"
    /// Request headers that a preflight allows; `nil`: those it asks for.
    public var allowedHeaders: [String]?
    /// Response headers that scripts may see.
    public var exposedHeaders: [String] = []
    /// Seconds that a preflight's answer may be kept.
    public var maxAge: Int?

    /// Lets these origins in.
    public init(origins: Origins) { self.origins = origins }

    func headers(for request: HTTPRequestHead) -> HTTPHeaders {
        var headers = HTTPHeaders()
        let origin = request.headers.first(name: "origin")
        switch self.origins {
        case .any where !self.allowsCredentials: headers.add(name: "Access-Control-Allow-Origin", value: "*")
        default:
            // The answer depends on who asks: caches must know.
            headers.add(name: "Vary", value: "Origin")
            guard let origin, self.lets(origin) else { return headers }
            headers.add(name: "Access-Control-Allow-Origin", value: origin)
        }
        if self.allowsCredentials { headers.add(name: "Access-Control-Allow-Credentials", value: "true") }
        if !self.exposedHeaders.isEmpty {
            headers.add(name: "Access-Control-Expose-Headers", value: self.exposedHeaders.joined(separator: ","))
        }
        return headers
    }

    /// The further headers of the answer to a preflight.
    func preflightHeaders(for request: HTTPRequestHead) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "Access-Control-Allow-Methods", value: self.methods)
        if let allowed = self.allowedHeaders?.joined(separator: ",")
            ?? request.headers.first(name: "access-control-request-headers")
        {
            headers.add(name: "Access-Control-Allow-Headers", value: allowed)
        }
        if let maxAge { headers.add(name: "Access-Control-Max-Age", value: String(maxAge)) }
        return headers
    }

    private func lets(_ origin: String) -> Bool {
        switch self.origins {
        case .any: true
        case .list(let origins): origins.contains(origin)
        case .matching(let accepts): accepts(origin)
        }
    }
}
