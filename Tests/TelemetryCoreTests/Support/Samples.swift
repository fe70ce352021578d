import Logging
import TelemetryCore
import Testing

/// A fixed point in time: 2026-11-21T09:41:26.123Z.
let sampleTime = Timestamp(milliseconds: 1_795_254_086_123)

func machine(_ name: String) throws -> MachineID {
    try #require(MachineID(name))
}

func metric(_ name: String) throws -> MetricName {
    try #require(MetricName(name))
}

func reading(
    _ name: String,
    rpm: Double = 1480.25,
    received: Timestamp = sampleTime,
    isRetained: Bool = false
) throws -> Reading {
    Reading(
        machine: try machine(name),
        timestamp: nil,
        received: received,
        metrics: Metrics(rpm: rpm),
        isRetained: isRetained
    )
}

/// Any reading: metrics missing or there, extras or none, times before and after 1970.
func randomReading(of machine: MachineID, using random: inout SeededRandom) throws -> Reading {
    func value(_ random: inout SeededRandom) -> Double? {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return nil
        case 1: return Double(Int.random(in: -5000...5000, using: &random))
        default: return Double.random(in: -1e4...1e4, using: &random)
        }
    }
    var metrics = Metrics(rpm: value(&random), torque: value(&random), pressure: value(&random))
    for index in 0..<Int.random(in: 0..<3, using: &random) {
        metrics.set(try metric("extra_\(index)"), Double.random(in: -1...1, using: &random))
    }
    if metrics.isEmpty { metrics.rpm = 0 }
    return Reading(
        machine: machine,
        timestamp: Timestamp(milliseconds: .random(in: -3_000_000_000_000...3_000_000_000_000, using: &random)),
        received: Timestamp(milliseconds: .random(in: 0...3_000_000_000_000, using: &random)),
        metrics: metrics
    )
}

/// What a ring is checked against: all readings ever, in order.
struct ReferenceRing {
    let capacity: Int
    var all: [Reading] = []

    /// The newest that fit, with their sequences.
    var kept: [StoredReading] {
        self.all.enumerated().suffix(self.capacity).map {
            StoredReading(sequence: Int64($0.offset) + 1, reading: $0.element)
        }
    }
}

let silentLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
