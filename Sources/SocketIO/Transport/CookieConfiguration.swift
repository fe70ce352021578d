/// A cookie with the session id on the answer that opens a session, for load balancers that route by it.
public struct CookieConfiguration: Sendable {
    /// The value of `SameSite`.
    public enum SameSite: String, Sendable {
        case strict = "Strict"
        case lax = "Lax"
        case none = "None"
    }

    /// Node's default is `io`.
    public var name = "io"
    /// The cookie goes with requests below this path.
    public var path = "/"
    /// The host it is for, with all below it; `nil`: the server's own name alone.
    public var domain: String?
    /// Scripts do not see it.
    public var isHTTPOnly = true
    /// It travels over TLS only.
    public var isSecure = false
    /// Whether it goes with requests from other sites.
    public var sameSite: SameSite? = .lax
    /// Seconds it lives; `nil`: as long as the browser's session.
    public var maxAge: Int?

    /// Node's defaults for `cookie: true`.
    public init() {}

    func header(sessionID: String) -> String {
        var text = "\(self.name)=\(sessionID)"
        if let maxAge { text += "; Max-Age=\(maxAge)" }
        if let domain { text += "; Domain=\(domain)" }
        text += "; Path=\(self.path)"
        if self.isHTTPOnly { text += "; HttpOnly" }
        if self.isSecure { text += "; Secure" }
        if let sameSite { text += "; SameSite=\(sameSite.rawValue)" }
        return text
    }
}
