import TelemetryCore

@testable import SocketGateway

extension IngestHandler {
    /// Each word of the body is one reading's rpm; what is no number is refused.
    static let words = IngestHandler(readsMachineNames: true) { body, _, machine, received in
        var decoded = Decoded()
        let words = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        for (index, word) in words.enumerated() {
            if let rpm = Double(word), let machine = machine ?? MachineID("self") {
                decoded.readings.append(
                    Reading(machine: machine, timestamp: nil, received: received, metrics: Metrics(rpm: rpm)))
            } else {
                decoded.refusals.append(.init(index: index, reason: .noNumber, remedy: "send numbers"))
            }
        }
        return decoded
    }
}
