/// Name of a metric: `[A-Za-z][A-Za-z0-9_]{0,31}` (interface section 3). Needs no quoting in JSON.
package struct MetricName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// `nil` when the text breaks the rule above.
    package init?(_ text: String) {
        var text = text
        let isValid = text.withUTF8 { bytes in
            guard let first = bytes.first, bytes.count <= Limits.metricNameBytesMax else { return false }
            return Self.isLetter(first) && bytes.allSatisfy(Self.isAllowed)
        }
        guard isValid else { return nil }
        self.text = text
    }

    /// A standard metric under its name, which needs no check.
    package init(_ metric: StandardMetric) {
        self.text = metric.rawValue
    }

    package static let rpm = MetricName(StandardMetric.rpm)
    package static let torque = MetricName(StandardMetric.torque)
    package static let pressure = MetricName(StandardMetric.pressure)

    package var description: String { self.text }

    package static func < (left: MetricName, right: MetricName) -> Bool { left.text < right.text }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lowercased = byte | 0x20
        return lowercased >= UInt8(ascii: "a") && lowercased <= UInt8(ascii: "z")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        self.isLetter(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "_")
    }
}
