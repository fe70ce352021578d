import TelemetryCore

/// What a key of a reading's object means (interface section 3).
enum MemberKey: Hashable {
    case metric(StandardMetric)
    case extra(MetricName)
    /// `timestamp`, which is preferred, or `ts`.
    case timestamp
    case ts
    /// Holds the metrics in the form `{"ts":…,"values":{…}}`, when it is an object; else a metric like any other.
    case values(MetricName)
    /// The machine's name: a key of our own wire format, never a metric.
    case machine
    /// The other keys of our own wire format: never a metric, whatever their value is.
    case reserved
    /// No name for a metric.
    case unusable

    /// `key`: the bytes between the quotes, escapes already resolved.
    init(_ key: ArraySlice<UInt8>) {
        self = key.withUnsafeBufferPointer { MemberKey($0) }
    }

    /// The same; `key` is only read during the call.
    init(_ key: UnsafeBufferPointer<UInt8>) {
        switch key.count {
        case 2 where key.spells("ts"): self = .ts
        case 3 where key.spells("rpm"): self = .metric(.rpm)
        case 3 where key.spells("seq"): self = .reserved
        case 5 where key.spells("epoch"): self = .reserved
        case 6 where key.spells("torque"): self = .metric(.torque)
        case 7 where key.spells("machine"): self = .machine
        case 8 where key.spells("pressure"): self = .metric(.pressure)
        case 9 where key.spells("timestamp"): self = .timestamp
        default:
            // Longer keys are no metric names; this spares making a string of a kilobyte of key.
            guard key.count <= 32, let name = MetricName(String(decoding: key, as: UTF8.self)) else {
                self = .unusable
                return
            }
            self = key.spells("values") ? .values(name) : .extra(name)
        }
    }
}

extension ArraySlice<UInt8> {
    /// True when the bytes are exactly the ASCII `text`.
    func spells(_ text: StaticString) -> Bool {
        self.withUnsafeBufferPointer { $0.spells(text) }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// True when the bytes are exactly the ASCII `text`.
    @inline(__always)
    func spells(_ text: StaticString) -> Bool {
        guard self.count == text.utf8CodeUnitCount else { return false }
        let letters = text.utf8Start
        for index in self.indices where letters[index] != self[index] { return false }
        return true
    }
}
