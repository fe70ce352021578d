import Ingest
import SocketGateway
import TelemetryCore

extension IngestHandler {
    /// Reads the bodies of POSTs with Ingest's decoders.
    static let texts: IngestHandler = {
        let decoder = ReadingTextDecoder()
        return IngestHandler(readsMachineNames: true) { body, type, machine, received in
            let decoded = decoder.decode(
                body, as: ReadingTextFormat(type), from: .init(machine: machine, received: received))
            var refusals = (decoded.refusals + decoded.hints).map { refusal in
                Decoded.Refusal(
                    index: refusal.index, reason: refusal.reason, remedy: refusal.remedy, count: refusal.count)
            }
            refusals.sort { $0.index < $1.index }
            return Decoded(readings: decoded.readings, refusals: refusals)
        }
    }()
}

extension ReadingTextFormat {
    fileprivate init(_ type: IngestMediaType) {
        switch type {
        case .json: self = .json
        case .ndjson: self = .ndjson
        case .csv: self = .csv
        case .lineProtocol: self = .lineProtocol
        }
    }
}
