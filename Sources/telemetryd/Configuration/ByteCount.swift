/// An amount of storage as people type it: `500MB`, `2GB`, `64MiB`, `1000000`.
package enum ByteCount {
    /// Nil if the text is not a positive number, alone or followed by kB, MB, GB, TB (powers of 1,000) or KiB, MiB,
    /// GiB, TiB (powers of 1,024), in any case.
    package static func parse(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number > 0, number.isFinite else { return nil }
        let factor: Double
        switch text.dropFirst(digits.count).lowercased() {
        case "", "b": factor = 1
        case "kb", "k": factor = 1e3
        case "mb", "m": factor = 1e6
        case "gb", "g": factor = 1e9
        case "tb", "t": factor = 1e12
        case "kib": factor = 1_024
        case "mib": factor = 1_048_576
        case "gib": factor = 1_073_741_824
        case "tib": factor = 1_099_511_627_776
        default: return nil
        }
        let bytes = (number * factor).rounded()
        return bytes >= 1 && bytes < 1e18 ? Int64(bytes) : nil
    }
}
