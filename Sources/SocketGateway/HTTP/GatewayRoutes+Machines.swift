import HTTPTypes
import Hummingbird
import TelemetryCore

/// The routes that tell of machines and their readings.
extension GatewayRoutes {
    func addMachines(to router: Router<BasicRequestContext>) {
        router.readOnly("/api/machines") { request, _ in
            let summaries = self.store.directory.summaries(now: self.clock.now())
            return .document(MachinesDocument.json(of: summaries, detail: .full), for: request)
        }
        router.readOnly("/api/machines/:machine") { request, context in
            let feed = try self.feed(context)
            let now = self.clock.now()
            let json = MachinesDocument.json(of: feed.summary(now: now), ring: feed.ringExtent, now: now)
            return .document(json, for: request)
        }
        router.readOnly("/api/machines/:machine/messages") { request, context in
            let machine = try self.feed(context).machine
            return .document(MessagesDocument.json(of: self.store.messages.recent(machine)), for: request)
        }
        router.readOnly("/api/ledger") { request, _ in
            let ledgers = self.store.directory.ledgers()
            var named: ReadingsQuery.Format?
            for (name, value) in try request.uri.decodedQuery() {
                guard name == "format" else {
                    throw Problem(.badRequest, "Unknown parameter \(excerpt(name)); there is format.")
                }
                named = try ReadingsQuery.format(value, of: [.json, .csv])
            }
            switch try Self.format(named, of: [.json, .csv], request) {
            case .csv:
                var response = Response.document(
                    LedgerDocument.csv(of: ledgers), contentType: ContentType.csv, for: request)
                response.headers[.contentDisposition] = "attachment; filename=\"ledger.csv\""
                return Self.varied(response)
            default:
                return Self.varied(.document(LedgerDocument.json(of: ledgers), for: request))
            }
        }
    }

    func addReadings(to router: Router<BasicRequestContext>) {
        router.read("/api/machines/:machine/readings") { request, context in
            let feed = try self.feed(context)
            let query = try ReadingsQuery(parameters: request.uri.decodedQuery())
            let format = try Self.format(query.format, of: ReadingsQuery.Format.allCases, request)
            // The times are a filter on source time, which is not in sequence order: the limit comes after it.
            let isTimed = query.from != nil || query.to != nil
            let snapshot = feed.snapshot(since: query.since, through: nil, limit: isTimed ? nil : query.limit)
            let document = ReadingsDocument(snapshot: snapshot, query: query)
            return Self.readings(document, format, fileName: feed.machine.name, for: request)
        }
    }

    /// The answer in this form; all but JSON are offered as a file.
    static func readings(
        _ document: ReadingsDocument,
        _ format: ReadingsQuery.Format,
        fileName: String,
        for request: Request
    ) -> Response {
        let (contentType, bytes) = document.encoded(as: format)
        var response = Response.document(bytes, contentType: contentType, for: request)
        if format != .json {
            response.headers[.contentDisposition] = "attachment; filename=\"\(fileName).\(format.rawValue)\""
        }
        return Self.varied(response)
    }

    /// What the query names, else what `Accept` prefers.
    static func format(
        _ named: ReadingsQuery.Format?,
        of offered: [ReadingsQuery.Format],
        _ request: Request
    ) throws(Problem) -> ReadingsQuery.Format {
        if let named { return named }
        let accept = request.headers[values: .accept].joined(separator: ",")
        if let format = AcceptedFormat.choose(accept, from: offered.map { ($0, $0.mediaType) }) { return format }
        let types = offered.map(\.mediaType).joined(separator: ", ")
        throw Problem(.notAcceptable, "There are \(types); or say format= in the query, which counts more.")
    }

    private static func varied(_ response: Response) -> Response {
        var response = response
        response.headers[.vary] = "Accept"
        return response
    }
}
