import TelemetryCore

/// A column's header: a name, and perhaps a unit in brackets: `pressure[kPa]`, `Torque [Nm]`.
struct ColumnName: Hashable {
    /// All of it, without white space around it.
    let text: String
    /// Without the brackets, if there are any.
    let base: String
    let unit: String?

    init(_ header: String) {
        self.text = Self.trimmed(header[...])
        guard self.text.last == "]", let open = self.text.lastIndex(of: "[") else {
            self.base = self.text
            self.unit = nil
            return
        }
        self.base = Self.trimmed(self.text[..<open])
        let unit = Self.trimmed(self.text[self.text.index(after: open)...].dropLast())
        self.unit = unit.isEmpty || unit.utf8.count > Limits.unitBytesMax ? nil : unit
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" || $0 == "\u{FEFF}" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
