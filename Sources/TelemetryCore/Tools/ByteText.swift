/// Bytes as people read them.
enum ByteText {
    /// Three digits at most and a decimal unit: `512 B`, `1.3 MB`, `48 GB`.
    static func text(_ bytes: Int64) -> String {
        var value = Double(bytes)
        var units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"][...]
        while value >= 999.5, units.count > 1 {
            value /= 1_000
            units.removeFirst()
        }
        let rounded = value < 9.95 ? (value * 10).rounded() / 10 : value.rounded()
        let number = rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
        return "\(number) \(units.first ?? "B")"
    }
}
