/// A point in wall time, in whole milliseconds since 1970-01-01T00:00:00Z, between the years 0000 and 9999.
///
/// Monotonic time (timeouts of connections) is another thing and never mixed with it.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    /// Clamped to the years 0000 to 9999, so that every timestamp can be written as ISO 8601.
    package init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.millisecondsMin), Self.millisecondsMax)
    }

    /// A number from a payload: seconds, or milliseconds when its magnitude is above 1e11 (interface section 3).
    /// `nil` when it is not finite or beyond the years 0000 to 9999.
    package init?(unixNumber number: Double) {
        let milliseconds = number.magnitude > 1e11 ? number : number * 1000
        let rounded = milliseconds.rounded(.toNearestOrEven)
        guard let exact = Int64(exactly: rounded), exact >= Self.millisecondsMin, exact <= Self.millisecondsMax else {
            return nil
        }
        self.milliseconds = exact
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// Milliseconds from `earlier` to this; negative when `earlier` is later.
    package func milliseconds(since earlier: Timestamp) -> Int64 { self.milliseconds - earlier.milliseconds }

    package func adding(milliseconds: Int64) -> Timestamp {
        let (sum, overflows) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflows ? (milliseconds > 0 ? .max : .min) : sum)
    }

    /// 0000-01-01T00:00:00.000Z
    static let millisecondsMin: Int64 = -62_167_219_200_000
    /// 9999-12-31T23:59:59.999Z
    static let millisecondsMax: Int64 = 253_402_300_799_999
}
