import HTTPTypes
package import Hummingbird
package import HummingbirdCore

extension Router {
    /// Answers GET and HEAD at `path`; every other method gets 405 with `Allow`.
    package func readOnly(
        _ path: RouterPath,
        use answer: @escaping @Sendable (Request, Context) throws -> Response
    ) {
        for method in [HTTPRequest.Method.get, .head] {
            self.on(path, method: method) { request, context in try answer(request, context) }
        }
        for method in [HTTPRequest.Method.post, .put, .patch, .delete, .options, .trace] {
            self.on(path, method: method) { _, _ -> Response in
                throw Problem(.methodNotAllowed, "GET and HEAD work here.", allow: [.get, .head])
            }
        }
    }
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
