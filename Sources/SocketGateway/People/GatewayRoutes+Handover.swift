import HTTPTypes
import Hummingbird
import TelemetryCore

/// The routes of the hand-over list.
extension GatewayRoutes {
    func addHandover(to router: Router<BasicRequestContext>) {
        router.read("/api/handover") { request, _ in
            .document(HandoverDocument.json(of: self.store.handover.items), for: request)
        }
        router.write("/api/handover") { request, _ in
            let wish = try HandoverRequest(try await Self.smallBody(of: request, bytesMax: Limits.handoverBodyBytesMax))
            try self.takeHandoverTurn()
            let (desk, now) = (self.store.handover, self.clock.now())
            let item = try await Self.answered { () async throws(HandoverError) in
                try await desk.add(wish.text, machine: wish.machine, by: wish.by, at: now)
            }
            return Self.document(item, status: .created, for: request)
        }
        router.refuseOthers("/api/handover", than: [.get, .head, .post])
        router.write("/api/handover/:id/done") { request, context in
            let id = try Self.handoverID(context)
            let body = try await Self.smallBody(of: request, bytesMax: Limits.handoverBodyBytesMax)
            let wish = try HandoverRequest.done(body)
            try self.takeHandoverTurn()
            let done = wish.isDone ? HandoverItem.Done(by: wish.by, at: self.clock.now()) : nil
            let desk = self.store.handover
            let item = try await Self.answered { () async throws(HandoverError) in try await desk.set(done, of: id) }
            return Self.document(item, status: .ok, for: request)
        }
        router.refuseOthers("/api/handover/:id/done", than: [.post])
        router.write("/api/handover/:id", method: .delete) { request, context in
            let id = try Self.handoverID(context)
            try self.takeHandoverTurn()
            let desk = self.store.handover
            try await Self.answered { () async throws(HandoverError) in try await desk.remove(id) }
            return .document(Array(#"{"ok":true}"#.utf8), for: request)
        }
        router.refuseOthers("/api/handover/:id", than: [.delete])
    }

    private static func document(
        _ item: HandoverItem,
        status: HTTPResponse.Status,
        for request: Request
    ) -> Response {
        var bytes: [UInt8] = []
        HandoverDocument.write(item, into: &bytes)
        return .document(bytes, status: status, for: request)
    }

    private static func handoverID(_ context: BasicRequestContext) throws(Problem) -> Int64 {
        let text = context.parameters.get("id") ?? ""
        guard let id = Int64(text), id > 0 else {
            throw Problem(.notFound, "There is no item \(excerpt(text)); GET /api/handover lists those there are.")
        }
        return id
    }

    private func takeHandoverTurn() throws(Problem) {
        guard self.handoverTurns.take() else {
            throw Problem(
                .tooManyRequests,
                "The hand-over list takes \(Limits.handoverBurst) changes at once, then five a second.",
                retryAfterSeconds: Limits.retryAfterSeconds
            )
        }
    }

    private static func answered<Value>(
        _ body: () async throws(HandoverError) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await body()
        } catch {
            switch error {
            case .full:
                throw Problem(
                    .conflict,
                    "The list has \(TelemetryCore.Limits.handoverItemsMax) open items: tick off or delete some first."
                )
            case .unknown(let id):
                throw Problem(.notFound, "There is no item \(id); GET /api/handover lists those there are.")
            case .journal(let error):
                throw Problem(
                    .serviceUnavailable,
                    "It could not be kept: \(error.text).",
                    retryAfterSeconds: Limits.retryAfterSeconds
                )
            }
        }
    }
}
