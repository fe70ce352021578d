import SocketGateway
import TelemetryCore

/// What holds, option by option, as a configuration file with the origin of each value as a comment.
package enum EffectiveConfiguration {
    /// The lines, without a line feed at the end. Options that nobody gave are comments with their default.
    ///
    /// - Parameter file: the configuration file, for the rules of `alarms`.
    package static func text(_ reader: SettingReader, _ file: ConfigurationFile = .none) -> String {
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
        return (lines + Self.alarms(file)).joined(separator: "\n")
    }

    private static func alarms(_ file: ConfigurationFile) -> [String] {
        let key = ConfigurationFile.alarmsKey
        guard !file.alarms.isEmpty else { return [Self.line("# \(key):", "default")] }
        var lines = ["\(key):"]
        for entry in file.alarms {
            let members = Self.members(of: entry.rule)
            for (index, member) in members.enumerated() {
                let text = "\(index == 0 ? "  - " : "    ")\(member.name): \(member.value)"
                lines.append(index == 0 ? Self.line(text, "\(file.path):\(entry.line)") : text)
            }
        }
        return lines
    }

    private static func members(of rule: AlarmRule) -> [(name: String, value: String)] {
        func number(_ value: Double) -> String {
            var bytes: [UInt8] = []
            JSONNumber.write(value, into: &bytes)
            return String(decoding: bytes, as: UTF8.self)
        }
        var members = [("rule", Self.quoted(rule.id.name)), ("kind", rule.kind.rawValue)]
        members.append(("machine", Self.quoted(rule.machine?.name ?? "*")))
        if let metric = rule.metric {
            members += [("metric", metric.text), ("limit", number(rule.limit))]
        }
        members += [
            ("deadband", number(rule.deadband)),
            ("onDelay", number(Double(rule.onDelayMilliseconds) / 1_000)),
            ("offDelay", number(Double(rule.offDelayMilliseconds) / 1_000)),
            ("latch", "\(rule.latch)"),
            ("priority", rule.priority.rawValue),
            ("text", Self.quoted(rule.text)),
            ("action", Self.quoted(rule.action)),
            ("enabled", "\(rule.isEnabled)"),
        ]
        return members
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
