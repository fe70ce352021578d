package import Hummingbird
import Logging

/// Turns every error into a problem document, and logs those that are our fault.
package struct ProblemResponses<Context: RequestContext>: RouterMiddleware {
    package init() {}

    @concurrent
    package func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return try problem.response(from: request, context: context)
        } catch let error as any HTTPResponseError where error.status != .internalServerError {
            let problem = Problem(error.status, "The request cannot be served as it is.")
            return try problem.response(from: request, context: context)
        } catch {
            context.logger.error("HTTP request failed", metadata: ["error": "\(error)"])
            let problem = Problem(.internalServerError, "The gateway failed; its log says why.")
            return try problem.response(from: request, context: context)
        }
    }
}
