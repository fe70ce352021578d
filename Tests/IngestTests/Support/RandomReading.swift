@testable import Ingest
@testable import TelemetryCore

/// Readings as they may be stored: any valid name, any finite number, any time.
enum RandomReading {
    static func stored(sequence: Int, _ random: inout SeededRandom) -> StoredReading {
        StoredReading(sequence: Int64(sequence), reading: self.reading(&random))
    }

    static func reading(_ random: inout SeededRandom) -> Reading {
        let machine = self.machine(&random)
        // Between 1970 and 2100, most near now; and times before 1970, which are negative.
        let span: Int64 = random.next() % 8 == 0 ? 4_000_000_000_000 : 1_000_000
        let milliseconds = 1_763_717_286_000 + Int64(bitPattern: random.next()) % span
        return Reading(
            machine: machine,
            timestamp: Timestamp(milliseconds: milliseconds),
            received: TextSamples.received,
            metrics: self.metrics(&random)
        )
    }

    static func machine(_ random: inout SeededRandom) -> MachineID {
        let first = Array("ABCXYZabcxyz0189_")
        let rest = first + Array(".-")
        var name = String(first[Int(random.next() % UInt64(first.count))])
        for _ in 0..<(random.next() % 64) where random.next() % 5 > 0 {
            name.append(rest[Int(random.next() % UInt64(rest.count))])
        }
        return MachineID(name) ?? MachineID("unreachable") ?? self.machine(&random)
    }

    static func metrics(_ random: inout SeededRandom) -> Metrics {
        var metrics = Metrics()
        repeat {
            for metric in StandardMetric.allCases where random.next() % 2 == 0 {
                metrics.set(metric, self.number(&random))
            }
            for _ in 0..<(random.next() % 5) {
                guard let name = MetricName(self.name(&random)), metrics.hasRoom(for: name) else { continue }
                metrics.set(name, self.number(&random))
            }
        } while metrics.isEmpty
        return metrics
    }

    private static func name(_ random: inout SeededRandom) -> String {
        let letters = Array("abcMNOxyzZ")
        let others = letters + Array("0159_")
        var name = String(letters[Int(random.next() % 10)])
        for _ in 0..<(random.next() % 32) { name.append(others[Int(random.next() % 15)]) }
        // Not one of the keys that mean something else.
        return name + (name.count < 31 ? "_x" : "")
    }

    /// Of every size: whole ones, decimals as sensors print them, and any finite bits.
    static func number(_ random: inout SeededRandom) -> Double {
        switch random.next() % 4 {
        case 0: return Double(Int64(bitPattern: random.next()) >> Int64(random.next() % 62))
        case 1: return (random.uniform(-5000...5000) * 100).rounded() / 100
        case 2: return random.uniform(-1...1)
        default:
            let any = Double(bitPattern: random.next())
            return any.isFinite ? any : -0.0
        }
    }
}
