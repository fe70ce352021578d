import TelemetryCore

/// The unit of the timestamps of line protocol, as the `precision` of InfluxDB's write API names it.
package enum LineProtocolPrecision: String, CaseIterable, Sendable {
    case nanoseconds = "ns"
    case microseconds = "us"
    case milliseconds = "ms"
    case seconds = "s"

    /// Also the names of InfluxDB 1 and 3: `n`, `u`, `µ`, `nanosecond` … nil for others.
    package init?(parsing text: String) {
        switch text {
        case "ns", "n", "nanosecond": self = .nanoseconds
        case "us", "u", "µ", "microsecond": self = .microseconds
        case "ms", "millisecond": self = .milliseconds
        case "s", "second": self = .seconds
        default: return nil
        }
    }

    /// Cut to milliseconds. nil beyond the years 0000 to 9999.
    func timestamp(_ number: Int64) -> Timestamp? {
        let milliseconds: Int64
        switch self {
        case .nanoseconds: milliseconds = Self.floor(number, 1_000_000)
        case .microseconds: milliseconds = Self.floor(number, 1000)
        case .milliseconds: milliseconds = number
        case .seconds:
            let (product, overflows) = number.multipliedReportingOverflow(by: 1000)
            guard !overflows else { return nil }
            milliseconds = product
        }
        let timestamp = Timestamp(milliseconds: milliseconds)
        return timestamp.milliseconds == milliseconds ? timestamp : nil
    }

    private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
        number / divisor - (number % divisor < 0 ? 1 : 0)
    }
}
