/// A length of time as people type it: `100ms`, `1s`, `1.5s`, `2m`, `24h`, `7d`.
package enum TimeSpan {
    /// Nil if the text is not a positive number followed by ms, s, m, h or d. Whole microseconds.
    package static func parse(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number > 0, number.isFinite else { return nil }
        let seconds: Double
        switch text.dropFirst(digits.count) {
        case "ms": seconds = number / 1_000
        case "s": seconds = number
        case "m": seconds = number * 60
        case "h": seconds = number * 3_600
        case "d": seconds = number * 86_400
        default: return nil
        }
        guard seconds < 1e9 else { return nil }
        return .microseconds(Int64((seconds * 1e6).rounded()))
    }
}
