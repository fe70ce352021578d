import Ingest
import SocketGateway
import TelemetryCore

extension IngestHandler {
    /// Reads the bodies of POSTs with Ingest's decoders.
    static let texts: IngestHandler = {
        let decoder = ReadingTextDecoder()
        return IngestHandler(readsMachineNames: true) { body in
            let decoded = decoder.decode(
                body.bytes,
                as: ReadingTextFormat(body.type),
                from: .init(
                    machine: body.machine,
                    received: body.received,
                    precision: LineProtocolPrecision(body.precision)
                )
            )
            var refusals = (decoded.refusals + decoded.hints).map { refusal in
                Decoded.Refusal(
                    index: refusal.index,
                    reason: refusal.reason,
                    remedy: refusal.remedy,
                    count: refusal.count,
                    machine: refusal.machine
                )
            }
            refusals.sort { $0.index < $1.index }
            return Decoded(readings: decoded.readings, refusals: refusals, indices: decoded.indices)
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

extension LineProtocolPrecision {
    fileprivate init(_ precision: TimePrecision) {
        switch precision {
        case .nanoseconds: self = .nanoseconds
        case .microseconds: self = .microseconds
        case .milliseconds: self = .milliseconds
        case .seconds: self = .seconds
        }
    }
}
