import HTTPTypes
import Hummingbird
import NIOCore
import TelemetryCore

/// The routes that change something: readings in, faults into simulated machines.
extension GatewayRoutes {
    /// `POST …/readings`; without an ``IngestHandler`` there is none.
    func addIntake(to router: Router<BasicRequestContext>) {
        let path: RouterPath = "/api/machines/:machine/readings"
        guard let intake = self.intake else { return router.refuseOthers(path, than: [.get, .head]) }
        router.write(path) { request, context in
            try await intake.take(request, for: try self.machine(context))
        }
        router.refuseOthers(path, than: [.get, .head, .post])
        guard intake.readsMachineNames else { return }
        router.write("/api/readings") { request, _ in try await intake.take(request, for: nil) }
        router.refuseOthers("/api/readings", than: [.post])
    }

    /// `POST /api/simulator/{machine}/fault`
    func addSimulator(to router: Router<BasicRequestContext>) {
        let path: RouterPath = "/api/simulator/:machine/fault"
        router.write(path) { request, context in
            let machine = try self.machine(context)
            guard let simulator = self.simulator else {
                throw Problem(.notFound, "No machine is simulated here; start with --simulate \(machine.name).")
            }
            let wish = try FaultRequest(try await Self.smallBody(of: request, bytesMax: Limits.faultBodyBytesMax))
            do throws(SimulatorControl.Refusal) {
                try simulator.fault(machine, wish.fault, wish.duration)
            } catch {
                throw Self.problem(error, machine: machine.name, fault: wish.fault)
            }
            var bytes: [UInt8] = []
            bytes.append(text: #"{"ok":true,"machine":"\#(machine.name)","fault":"#)
            JSONText.write(wish.fault, into: &bytes)
            bytes.append(UInt8(ascii: "}"))
            return .document(bytes, status: .accepted, for: request)
        }
        router.refuseOthers(path, than: [.post])
    }

    /// The whole body, if it is not above this.
    static func smallBody(of request: Request, bytesMax: Int) async throws -> ByteBuffer {
        var body = ByteBuffer()
        for try await chunk in request.body {
            body.writeImmutableBuffer(chunk)
            guard body.readableBytes <= bytesMax else {
                throw Problem(.contentTooLarge, "The request body is above \(bytesMax) bytes.")
            }
        }
        return body
    }

    private static func problem(_ refusal: SimulatorControl.Refusal, machine: String, fault: String) -> Problem {
        switch refusal {
        case .unknownMachine(let known):
            let names = known.prefix(Limits.machinesNamedInProblem).joined(separator: ", ")
            let more = known.count > Limits.machinesNamedInProblem ? ", …" : ""
            return Problem(.notFound, "\(excerpt(machine)) is not simulated; \(names)\(more) are.")
        case .unknownFault(let known):
            let names = known.joined(separator: ", ")
            return Problem(.unprocessableContent, "There is no fault \(excerpt(fault)); there are \(names).")
        case .notNow(let why):
            return Problem(.unprocessableContent, why)
        }
    }
}
