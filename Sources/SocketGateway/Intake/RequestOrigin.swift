/// Whether a page may do more than read here (RFC 6454): only pages of this gateway. Programs send no `Origin`.
package enum RequestOrigin {
    /// - Parameters:
    ///   - origin: the header field; nil: there is none, so it is no page.
    ///   - hosts: `Host` and, from a proxy, `X-Forwarded-Host`. A page cannot set either.
    package static func isOwn(_ origin: String?, hosts: [String]) -> Bool {
        guard let origin = origin?.lowercased() else { return true }
        guard let scheme = origin.firstRange(of: "://") else { return false }
        let name = origin[..<scheme.lowerBound]
        let port = name == "https" ? ":443" : ":80"
        let authority = Self.withoutPort(origin[scheme.upperBound...], port)
        return hosts.contains { Self.withoutPort($0.lowercased()[...], port) == authority }
    }

    /// A browser leaves the scheme's own port out, a proxy may not.
    private static func withoutPort(_ authority: Substring, _ port: String) -> Substring {
        authority.hasSuffix(port) ? authority.dropLast(port.count) : authority
    }
}
