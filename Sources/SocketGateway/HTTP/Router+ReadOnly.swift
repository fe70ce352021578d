import HTTPTypes
package import Hummingbird
package import HummingbirdCore

extension Router {
    /// Answers GET and HEAD at `path`; every other method gets 405 with `Allow`.
    package func readOnly(
        _ path: RouterPath,
        use answer: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        self.read(path, use: answer)
        self.refuseOthers(path, than: [.get, .head])
    }

    /// Answers GET and HEAD at `path`.
    package func read(
        _ path: RouterPath,
        use answer: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        for method in [HTTPRequest.Method.get, .head] {
            self.on(path, method: method) { request, context in try await answer(request, context) }
        }
    }

    /// Answers POST, or another method that changes something, for programs and for pages of this gateway.
    package func write(
        _ path: RouterPath,
        method: HTTPRequest.Method = .post,
        use answer: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        self.on(path, method: method) { request, context in
            let forwarded = HTTPField.Name.forwardedHost.flatMap { request.headers[$0] }
            let hosts = [request.head.authority, forwarded].compactMap(\.self)
            guard RequestOrigin.isOwn(request.headers[.origin], hosts: hosts) else {
                throw Problem(.forbidden, "Pages of other hosts may not write here.")
            }
            return try await answer(request, context)
        }
    }

    /// Answers 405 with `Allow` to every other method.
    package func refuseOthers(_ path: RouterPath, than allowed: [HTTPRequest.Method]) {
        let names = allowed.map(\.rawValue).joined(separator: " and ")
        for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options, .trace]
        where !allowed.contains(method) {
            self.on(path, method: method) { _, _ -> Response in
                throw Problem(
                    .methodNotAllowed,
                    "\(names) \(allowed.count == 1 ? "works" : "work") here.",
                    allow: allowed
                )
            }
        }
    }
}

extension HTTPField.Name {
    /// What a proxy says the client asked for.
    package static let forwardedHost = HTTPField.Name("X-Forwarded-Host")
}

extension URI {
    /// Names and values of the query, percent-decoded (a plus sign stays one, so that `+01:00` survives).
    package func decodedQuery() throws(Problem) -> [(name: String, value: String)] {
        guard let query = self.query, !query.isEmpty else { return [] }
        var parameters: [(name: String, value: String)] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard
                let name = RequestPath.percentDecoded(parts[0]),
                let value = RequestPath.percentDecoded(parts.count > 1 ? parts[1] : "")
            else { throw Problem(.badRequest, "The query is not percent-encoded UTF-8.") }
            parameters.append((name, value))
        }
        return parameters
    }
}
