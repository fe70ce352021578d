import TelemetryCore
import Testing

@testable import Ingest

/// What a text gave, in one line per reading or refusal, so that tables of tests can be read.
enum TextSamples {
    static let received = PayloadDecoderTests.received

    static func decode(
        _ text: String, as format: ReadingTextFormat, machine: String? = "m",
        precision: LineProtocolPrecision = .nanoseconds, linesMax: Int = Limits.textLinesMax
    ) throws -> DecodedPayload {
        let id = try machine.map { try #require(MachineID($0)) }
        let origin = ReadingTextDecoder.Origin(machine: id, received: self.received, precision: precision)
        return ReadingTextDecoder(linesMax: linesMax).decode(Array(text.utf8)[...], as: format, from: origin)
    }

    /// `0 m 2026-11-21T09:41:26.123Z rpm=1 pressure=602[kPa]`; the time only where the source gave one.
    static func lines(_ result: DecodedPayload) -> [String] {
        zip(result.readings, result.indices).map { reading, index in
            let names = (StandardMetric.allCases.map(\.rawValue) + reading.metrics.extra.map(\.name.text))
                .compactMap { MetricName($0) }
            let metrics = names.compactMap { name in
                reading.metrics.value(name).map { value in
                    let unit = reading.units.first { $0.metric == name }.map { "[\($0.symbol)]" } ?? ""
                    var number: [UInt8] = []
                    JSONNumber.write(value, into: &number)
                    return "\(name)=\(String(decoding: number, as: UTF8.self))\(unit)"
                }
            }
            let time = reading.hasSourceTime ? [reading.timestamp.iso8601] : []
            return (["\(index)", reading.machine.name] + time + metrics).joined(separator: " ")
        }
    }

    static func refusals(_ result: DecodedPayload) -> [String] {
        result.refusals.map { "\($0.index) \($0.reason) \($0.remedy)" }
    }
}
