import ExampleHost
import Foundation
import SocketIO

/// Readings every second: of one machine to everybody on `/`, of two machines to the rooms of `/machines`.
@main
struct MachineDashboard {
    static func main() async throws {
        let host = try ExampleHost(port: 3000)
        host.io.of("/machines").onConnection(serve)
        async let _ = publish(host.io)  // until main ends
        try await host.run()
    }

    static let names = ["machineA", "machineB"]

    static func publish(_ io: Server) async throws {
        while true {
            try await Task.sleep(for: .seconds(1))
            for name in names {
                let reading = measure(name)
                io.of("/machines").to(name).emit("machineData", reading)
                if name == names.first { io.emit("machineData", reading) }
            }
        }
    }

    static func serve(_ socket: Socket) {
        socket.on("joinRoom") { event in
            guard let name = event.arguments.first?.stringValue, names.contains(name) else {
                let error: SocketValue = [
                    "code": "unknown_machine", "message": "The machines are machineA and machineB.",
                ]
                event.acknowledge(["ok": false, "error": error])
                return socket.emit("errorMessage", error)
            }
            for room in names where room != name { socket.leave(room) }
            socket.join(name)
            event.acknowledge(["ok": true, "machine": .string(name)])
        }
    }

    /// What a machine in good order might show.
    static func measure(_ machine: String) -> SocketValue {
        let timestamp = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return [
            "machine": .string(machine),
            "timestamp": .string(timestamp),
            "rpm": .number(Int.random(in: 1_400...1_600)),
            "torque": .number(Double(Int.random(in: 350...450)) / 10),
            "pressure": .number(Double(Int.random(in: 58...62)) / 10),
        ]
    }
}
