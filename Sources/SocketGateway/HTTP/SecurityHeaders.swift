import HTTPTypes
package import Hummingbird

/// Puts the headers on every answer that keep a browser from doing more with it than intended.
///
/// Only pages of this gateway may show it in a frame; the one exception is ``EmbeddedPage``.
package struct SecurityHeaders<Context: RequestContext>: RouterMiddleware {
    /// Nothing from another host, no inline code. `'self'` in `connect-src` covers `ws:` to the same host and port.
    ///
    /// - Parameter isEmbeddable: whether pages of other hosts may show this one in a frame.
    package static func contentSecurityPolicy(isEmbeddable: Bool) -> String {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
            + "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors \(isEmbeddable ? "*" : "'self'")"
    }

    package init() {}

    @concurrent
    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy(
            isEmbeddable: EmbeddedPage.isAsked(by: request.uri)
        )
        response.headers[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "no-referrer" }
        return response
    }
}
