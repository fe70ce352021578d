import Foundation
import Ingest
import TelemetryCore

/// `swift run -c release CodecBenchmark`: nanoseconds of CPU for decoding the common payload and for encoding a
/// reading, the best of 21 rounds, as one JSON object on standard output. `make bench` asks it.
@main
enum CodecBenchmark {
    private static let rounds = 21
    private static let repetitions = 20_000
    private static let payload = Array(
        #"{"machine":"machineA","timestamp":1795254086123,"rpm":1487.25,"torque":120.5,"pressure":6.25}"#.utf8)

    static func main() throws {
        guard let machine = MachineID("machineA") else { return }
        let received = Timestamp(milliseconds: 1_795_254_086_125)
        let decode = try Self.decode(machine, received)
        let encode = try Self.encode(machine, received)
        let text = String(format: "{\"decode\":%.1f,\"encode\":%.1f}\n", decode, encode)
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    private static func decode(_ machine: MachineID, _ received: Timestamp) throws -> Double {
        let decoder = PayloadDecoder()
        let origin = PayloadDecoder.Origin(machine: machine, received: received)
        return try Self.nanoseconds {
            // A source keeps the memory of a batch; so does this.
            var result = DecodedPayload()
            for _ in 0..<Self.repetitions { decoder.decode(Self.payload[...], from: origin, into: &result) }
            return result.readings.count == Self.repetitions
        }
    }

    private static func encode(_ machine: MachineID, _ received: Timestamp) throws -> Double {
        let reading = Reading(
            machine: machine,
            timestamp: received,
            received: received,
            metrics: Metrics(rpm: 1487.25, torque: 120.5, pressure: 6.25)
        )
        let stored = StoredReading(sequence: 4711, reading: reading)
        var bytes: [UInt8] = []
        return try Self.nanoseconds {
            for _ in 0..<Self.repetitions {
                bytes.removeAll(keepingCapacity: true)
                stored.writeJSON(into: &bytes)
            }
            return !bytes.isEmpty
        }
    }

    /// The best round: what the code costs when nothing else takes the core.
    private static func nanoseconds(_ body: () throws -> Bool) throws -> Double {
        var best = Double.infinity
        for _ in 0..<Self.rounds {
            let began = Self.cpuNanoseconds()
            guard try body() else { throw CocoaError(.coderInvalidValue) }
            best = min(best, Double(Self.cpuNanoseconds() - began) / Double(Self.repetitions))
        }
        return best
    }

    private static func cpuNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
