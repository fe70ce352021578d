package import Hummingbird
import HTTPTypes

package import TelemetryCore

/// Everything the gateway answers over HTTP apart from Socket.IO (interface section 6).
package struct GatewayRoutes: Sendable {
    let store: TelemetryStore
    let clock: WallClock
    private let dashboard: StaticFiles?
    private let clientBundle: ClientBundle
    private let sources: @Sendable () -> [SourceStatus]
    /// Nil: readings are not taken over HTTP.
    let intake: ReadingIntake?
    /// Nil: no machine is simulated.
    let simulator: SimulatorControl?
    private let metrics: @Sendable () -> [UInt8]
    private let facts: GatewayFacts
    let handoverTurns: SharedRateLimit

    /// - Parameters:
    ///   - dashboard: the files of `public/`; nil: there is no dashboard.
    ///   - sources: how the sources of readings are doing now.
    ///   - metrics: the text of one scrape.
    ///   - handoverTurns: how often the hand-over list may change.
    ///   - facts: for `GET /api/gateway`.
    package init(
        store: TelemetryStore,
        clock: WallClock,
        dashboard: StaticFiles?,
        clientBundle: ClientBundle,
        sources: @escaping @Sendable () -> [SourceStatus],
        intake: ReadingIntake?,
        simulator: SimulatorControl?,
        metrics: @escaping @Sendable () -> [UInt8],
        handoverTurns: SharedRateLimit,
        facts: GatewayFacts
    ) {
        self.store = store
        self.clock = clock
        self.dashboard = dashboard
        self.clientBundle = clientBundle
        self.sources = sources
        self.intake = intake
        self.simulator = simulator
        self.metrics = metrics
        self.handoverTurns = handoverTurns
        self.facts = facts
    }

    /// The responder for all of them.
    package func responder() -> some HTTPResponder<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ProblemResponses())
        router.add(middleware: NotFoundFallback(serve: self.file))
        self.addOperations(to: router)
        self.addMachines(to: router)
        self.addReadings(to: router)
        self.addIntake(to: router)
        self.addSimulator(to: router)
        self.addAlarms(to: router)
        self.addHandover(to: router)
        for name in ClientBundle.names {
            router.readOnly("/socket.io/\(name)") { request, _ in try self.clientScript(name, request) }
        }
        return router.buildResponder()
    }

    private func addOperations(to router: Router<BasicRequestContext>) {
        router.readOnly("/healthz") { request, _ in .document(HealthDocument.alive, for: request) }
        router.readOnly("/readyz") { request, _ in
            let (isReady, json) = HealthDocument.readiness(
                storeIsHealthy: self.store.isHealthy,
                storeDetail: self.store.failure?.text ?? "",
                sources: self.sources()
            )
            return .document(json, status: isReady ? .ok : .serviceUnavailable, for: request)
        }
        router.readOnly("/api/gateway") { request, _ in
            let json = GatewayDocument.json(
                of: self.facts,
                directory: self.store.directory,
                storeIsHealthy: self.store.isHealthy,
                storeDetail: self.store.failure?.text ?? "",
                sources: self.sources(),
                authority: request.head.authority
            )
            return .document(json, for: request)
        }
        router.readOnly("/api/openapi.yaml") { request, _ in
            .document(PackageResources.openapi_yaml, contentType: ContentType.yaml, for: request)
        }
        router.readOnly("/metrics") { request, _ in
            .document(self.metrics(), contentType: PrometheusText.contentType, for: request)
        }
        router.readOnly("/api/rejected") { request, _ in
            .document(RejectedDocument.json(of: self.store.rejections), for: request)
        }
    }

    /// The machine that the path names.
    func machine(_ context: BasicRequestContext) throws(Problem) -> MachineID {
        let text = context.parameters.get("machine") ?? ""
        guard let name = RequestPath.percentDecoded(text), let machine = MachineID(name) else {
            throw Problem(
                .badRequest,
                "A machine name is 1 to 64 of A-Z a-z 0-9 . _ -, and does not begin with . or -."
            )
        }
        return machine
    }

    /// The machine that the path names, if it has a reading.
    func feed(_ context: BasicRequestContext) throws(Problem) -> MachineFeed {
        let machine = try self.machine(context)
        guard let feed = self.store.directory.feed(machine) else {
            throw Problem(
                .notFound,
                "No machine \"\(machine.name)\" has sent a reading yet; GET /api/machines lists those that have."
            )
        }
        return feed
    }

    private func clientScript(_ name: String, _ request: Request) throws(Problem) -> Response {
        guard let file = self.clientBundle.file(named: name) else {
            throw Problem(.notFound, "This gateway has no \(name); socket.io.min.js is there.")
        }
        return .file(file, cacheControl: "public, max-age=0", for: request)
    }

    /// Everything that no route names: a file of the dashboard, or a problem that helps.
    private func file(for request: Request) throws(Problem) -> Response {
        let path = request.uri.path
        guard !path.hasPrefix("/api/"), path != "/api" else {
            throw Problem(.notFound, "There is no \(excerpt(path)); the API begins at /api/machines.")
        }
        let file = RequestPath(path).flatMap { self.dashboard?.file(at: $0) }
        guard let file else {
            guard self.dashboard != nil else {
                throw Problem(.notFound, "This gateway runs without a dashboard; readings are at /api/machines.")
            }
            throw Problem(.notFound, "There is no file \(excerpt(path)).")
        }
        guard request.method == .get || request.method == .head else {
            throw Problem(.methodNotAllowed, "This is a file: GET and HEAD work here.", allow: [.get, .head])
        }
        // A browser asks each time whether its copy is still right: a restart with a new version shows at once.
        return .file(file, cacheControl: "no-cache", for: request)
    }
}
