import TelemetryCore

@testable import SocketGateway

extension IngestHandler {
    /// Each word of the body is one reading's rpm; what is no number is refused.
    static let words = IngestHandler(readsMachineNames: true) { body in
        var decoded = Decoded()
        let words = String(decoding: body.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        for (index, word) in words.enumerated() {
            if let rpm = Double(word), let machine = body.machine ?? MachineID("self") {
                decoded.readings.append(
                    Reading(machine: machine, timestamp: nil, received: body.received, metrics: Metrics(rpm: rpm)))
            } else {
                decoded.refusals.append(.init(index: index, reason: .noNumber, remedy: "send numbers"))
            }
        }
        return decoded
    }
}
