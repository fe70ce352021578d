import HTTPTypes
import Hummingbird
import NIOCore
import SocketIO
import TelemetryCore

/// The routes below `/api/alarms`.
extension GatewayRoutes {
    func addAlarms(to router: Router<BasicRequestContext>) {
        router.readOnly("/api/alarms") { request, _ in
            let machine = try Self.onlyMachine(request)
            return .document(AlarmsDocument.list(self.store.alarms.current(machine: machine)), for: request)
        }
        router.readOnly("/api/alarms/history") { request, _ in
            let query = try AlarmHistoryQuery(parameters: request.uri.decodedQuery())
            let events = try await self.store.alarms.history(
                machine: query.machine, before: query.before, limit: query.limit)
            return .document(AlarmsDocument.history(events), for: request)
        }
        self.addRules(to: router)
        self.addEpisodes(to: router)
        for action in AlarmRequest.Action.allCases {
            let path = RouterPath("/api/alarms/:id/\(action.rawValue)")
            router.write(path) { request, context in try await self.change(action, request, context) }
            router.refuseOthers(path, than: [.post])
        }
    }

    private func addRules(to router: Router<BasicRequestContext>) {
        router.readOnly("/api/alarms/rules") { request, _ in
            let machine = try Self.onlyMachine(request)
            return .document(AlarmsDocument.rules(self.store.alarms.rules(machine: machine)), for: request)
        }
        let path: RouterPath = "/api/alarms/rules/:rule"
        router.read(path) { request, context in
            let id = try Self.rule(context)
            guard let rule = self.rule(id) else { throw Self.unknown(id) }
            return .document(AlarmsDocument.rule(rule), for: request)
        }
        router.write(path, method: .put) { request, context in try await self.put(request, context) }
        router.write(path, method: .delete) { _, context in
            let id = try Self.rule(context)
            do throws(AlarmError) {
                try await self.store.alarms.remove(rule: id)
            } catch {
                throw Problem(error)
            }
            return Response(status: .noContent)
        }
        router.refuseOthers(path, than: [.get, .head, .put, .delete])
    }

    private func addEpisodes(to router: Router<BasicRequestContext>) {
        router.readOnly("/api/alarms/episodes/:episode") { request, context in
            let number = try Self.episode(context)
            guard let episode = try await self.store.alarms.episode(number) else { throw Self.unknown(number) }
            return .document(AlarmsDocument.episode(episode), for: request)
        }
        router.readOnly("/api/alarms/episodes/:episode/readings") { request, context in
            let number = try Self.episode(context)
            let (named, countMax) = try Self.pinnedQuery(request)
            let format = try Self.format(named, of: ReadingsQuery.Format.allCases, request)
            guard let window = try await self.store.alarms.pinned(episode: number) else { throw Self.unknown(number) }
            let document = ReadingsDocument(window: window, epoch: self.store.directory.epoch, maxPoints: countMax)
            let name = "\(window.machine.name)-alarm-\(number)"
            return Self.readings(document, format, fileName: name, for: request)
        }
    }

    /// `PUT …/rules/{rule}`: 201 for a new one, 200 for one that was there.
    private func put(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let id = try Self.rule(context)
        let body = try await Self.smallBody(of: request, bytesMax: Limits.alarmBodyBytesMax)
        let isKnown = self.rule(id) != nil
        do {
            let rule = try AlarmRuleRequest.draft(named: id.name, try Self.json(body)).rule(source: .page)
            try await self.store.alarms.put(rule)
            return .document(AlarmsDocument.rule(rule), status: isKnown ? .ok : .created, for: request)
        } catch let mistake as StrictObject.Mistake {
            throw Problem(.badRequest, mistake.message)
        } catch let error as AlarmError {
            throw Problem(error)
        }
    }

    private func change(
        _ action: AlarmRequest.Action,
        _ request: Request,
        _ context: BasicRequestContext
    ) async throws -> Response {
        let text = context.parameters.get("id").flatMap { RequestPath.percentDecoded($0) }
        guard let id = text.flatMap(Alarm.ID.init) else {
            throw Problem(.badRequest, "An alarm is called RULE:MACHINE, such as press-high:machineA.")
        }
        let body = try await Self.smallBody(of: request, bytesMax: Limits.alarmBodyBytesMax)
        do {
            let value = body.readableBytes == 0 ? nil : try Self.json(body)
            let wish = try AlarmRequest(action, value, namesAlarm: false, guest: "Guest")
            return .document(AlarmsDocument.alarm(try await self.store.alarms.perform(wish, on: id)), for: request)
        } catch let mistake as StrictObject.Mistake {
            throw Problem(.badRequest, mistake.message)
        } catch let error as AlarmError {
            throw Problem(error)
        }
    }

    private func rule(_ id: AlarmRule.ID) -> AlarmRule? {
        self.store.alarms.rules(machine: nil).first { $0.id == id }
    }

    private static func json(_ body: ByteBuffer) throws(Problem) -> SocketValue {
        do throws(JSONError) {
            return try JSONReader.value(of: body, depthMax: Limits.alarmBodyDepthMax)
        } catch {
            throw Problem(.badRequest, "The body must be a JSON object.")
        }
    }

    private static func rule(_ context: BasicRequestContext) throws(Problem) -> AlarmRule.ID {
        let text = context.parameters.get("rule").flatMap { RequestPath.percentDecoded($0) }
        guard let id = text.flatMap(AlarmRule.ID.init) else {
            throw Problem(
                .badRequest, "A rule's name is 1 to \(TelemetryCore.Limits.alarmRuleNameBytesMax) of A-Z a-z 0-9 . _ -."
            )
        }
        return id
    }

    private static func episode(_ context: BasicRequestContext) throws(Problem) -> Int64 {
        guard let number = context.parameters.get("episode").flatMap({ Int64($0) }), number > 0 else {
            throw Problem(.badRequest, "An episode is a whole number; GET /api/alarms/history has them.")
        }
        return number
    }

    private static func unknown(_ rule: AlarmRule.ID) -> Problem {
        Problem(.notFound, "There is no rule \"\(rule)\"; GET /api/alarms/rules lists those that are.")
    }

    private static func unknown(_ episode: Int64) -> Problem {
        Problem(.notFound, "Nothing is kept of episode \(episode): there was none, or it is too long ago.")
    }

    /// The one parameter `machine`.
    private static func onlyMachine(_ request: Request) throws(Problem) -> MachineID? {
        var machine: MachineID?
        for (name, value) in try request.uri.decodedQuery() {
            guard name == "machine" else {
                throw Problem(.badRequest, "Unknown parameter \(excerpt(name)); there is machine.")
            }
            machine = try AlarmHistoryQuery.machine(value)
        }
        return machine
    }

    /// `format` and `maxPoints`.
    private static func pinnedQuery(
        _ request: Request
    ) throws(Problem) -> (format: ReadingsQuery.Format?, countMax: Int?) {
        var format: ReadingsQuery.Format?
        var countMax: Int?
        for (name, value) in try request.uri.decodedQuery() {
            switch name {
            case "format": format = try ReadingsQuery.format(value, of: ReadingsQuery.Format.allCases)
            case "maxPoints": countMax = try ReadingsQuery.maxPoints(value)
            default:
                throw Problem(.badRequest, "Unknown parameter \(excerpt(name)); there are format and maxPoints.")
            }
        }
        return (format, countMax)
    }
}
