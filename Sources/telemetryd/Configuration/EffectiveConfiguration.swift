import SocketGateway

/// What holds, option by option, as a configuration file with the origin of each value as a comment.
package enum EffectiveConfiguration {
    /// The lines, without a line feed at the end. Options that nobody gave are comments with their default.
    package static func text(_ reader: SettingReader) -> String {
        var lines: [String] = []
        for option in OptionTable.all {
            guard let key = option.fileKey else { continue }
            let settings = reader.settings(option.name)
            switch option.kind {
            case _ where settings.isEmpty:
                lines.append(Self.line("# \(key): \(option.defaultText ?? "")", "default"))
            case .list, .map:
                lines.append("\(key):")
                lines += settings.map { Self.line("  - \(Self.quoted(Self.shown($0.value)))", $0.place) }
            case .value, .valueOrAlone, .flag, .words:
                guard let setting = settings.last else { continue }
                lines.append(Self.line("\(key): \(Self.quoted(Self.shown(setting.value)))", setting.place))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func line(_ text: String, _ place: String) -> String {
        let text = text.last == " " ? String(text.dropLast()) : text
        return text + String(repeating: " ", count: max(2, 44 - text.count)) + "# \(place)"
    }

    /// Without the password of a broker's URL.
    private static func shown(_ value: String) -> String {
        guard let scheme = value.firstRange(of: "://"), let at = value.lastIndex(of: "@"), scheme.upperBound < at,
            let colon = value[scheme.upperBound..<at].firstIndex(of: ":")
        else { return value }
        return value[...colon] + "***" + value[at...]
    }

    /// As YAML reads it back: in quotes unless it is plainly a word.
    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"):
                true
            default: false
            }
        }
        return isPlain && !value.isEmpty ? value : JSONText.quoted(value)
    }
}
