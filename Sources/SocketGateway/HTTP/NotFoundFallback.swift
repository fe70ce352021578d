package import Hummingbird
import HTTPTypes

/// Serves what no route matched.
package struct NotFoundFallback<Context: RequestContext>: RouterMiddleware {
    private let serve: @Sendable (Request) throws -> Response

    /// - Parameter serve: answers a request that no route matched.
    package init(serve: @escaping @Sendable (Request) throws -> Response) {
        self.serve = serve
    }

    @concurrent
    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return try self.serve(request)
        }
    }
}
