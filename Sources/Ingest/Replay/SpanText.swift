/// A length of time as people type it: `100ms`, `1s`, `1.5m`, `2h`.
enum SpanText {
    /// nil unless it is a positive number followed by ms, s, m or h. Whole milliseconds.
    static func parse(_ text: some StringProtocol) -> Duration? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number > 0, number.isFinite else { return nil }
        let milliseconds: Double
        switch text.dropFirst(digits.count) {
        case "ms": milliseconds = number
        case "s": milliseconds = number * 1000
        case "m": milliseconds = number * 60_000
        case "h": milliseconds = number * 3_600_000
        default: return nil
        }
        let rounded = milliseconds.rounded()
        guard rounded >= 1, rounded < 1e12 else { return nil }
        return .milliseconds(Int64(rounded))
    }
}

extension Duration {
    /// Cut; lengths beyond what 64 bits hold do not come up.
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = self.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }
}
