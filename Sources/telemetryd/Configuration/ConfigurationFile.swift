import Yams

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A configuration file (YAML), taken apart: which option has which values, and in which line. Whether the values are
/// right is for ``Configuration`` to say.
package struct ConfigurationFile: Sendable {
    /// The values of one option, each with its line.
    struct Entry: Sendable {
        var values: [String]
        var lines: [Int]
    }

    /// As the user named it.
    package let path: String
    /// By the option's name.
    let entries: [String: Entry]
    /// The rules of `alarms:`, which is no option: it has no flag and no variable.
    let alarms: [AlarmEntry]
    /// What is wrong with the file, in the order of its lines. One of them is enough to refuse it.
    package let problems: [ConfigurationError]

    /// The key of the list of alarm rules.
    static let alarmsKey = "alarms"

    /// No file: nothing in it, nothing wrong.
    package static let none = ConfigurationFile(path: "", text: "")

    /// Reads the file. Throws a ``StartFailure`` if it cannot be read.
    init(path: String) throws(StartFailure) {
        self.init(path: path, text: try TextFile.read(path, bytesMax: Limits.configurationFileBytesMax))
    }

    /// The file that `--config` or TELEMETRYD_CONFIG names; nothing, if neither does.
    static func asked(
        _ option: RawConfigOption,
        environment: [String: String]
    ) throws(StartFailure) -> ConfigurationFile {
        if let path = option.config { return try ConfigurationFile(path: path) }
        let path = environment["TELEMETRYD_CONFIG"] ?? ""
        return path.isEmpty ? .none : try ConfigurationFile(path: path)
    }

    /// With these entries, and nothing wrong with it.
    init(path: String, entries: [String: Entry], alarms: [AlarmEntry] = []) {
        self.path = path
        self.entries = entries
        self.alarms = alarms
        self.problems = []
    }

    /// From its text.
    package init(path: String, text: String) {
        var parser = ConfigurationFileParser(path: path)
        parser.parse(text)
        self.path = path
        self.entries = parser.entries
        self.alarms = parser.alarms
        self.problems = parser.problems
    }
}

/// Builds a ``ConfigurationFile``.
private struct ConfigurationFileParser {
    let path: String
    var entries: [String: ConfigurationFile.Entry] = [:]
    var alarms: [AlarmEntry] = []
    var problems: [ConfigurationError] = []

    mutating func parse(_ text: String) {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch let error as YamlError {
            let (line, problem) = Self.explained(error)
            return self.complain(line, "this is not YAML: \(problem)")
        } catch {
            return self.complain(1, "this is not YAML")
        }
        guard let root, !Self.isNull(root) else { return }
        guard let mapping = root.mapping else {
            return self.complain(Self.line(root), "it must be a list of options, such as port: 3000")
        }
        for (key, value) in mapping { self.take(key, value) }
    }

    private mutating func take(_ key: Node, _ value: Node) {
        guard let name = key.string else { return self.complain(Self.line(key), "a key must be the name of an option") }
        if name == ConfigurationFile.alarmsKey { return self.takeAlarms(value) }
        guard let option = OptionTable.option(fileKey: name) else {
            let known = OptionTable.all.compactMap(\.fileKey) + [ConfigurationFile.alarmsKey]
            let hint =
                Spelling.nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
                ?? "telemetryd --help lists the options"
            return self.complain(Self.line(key), "there is no option \"\(name)\"; \(hint)")
        }
        guard !Self.isNull(value) else { return }
        guard let entry = self.entry(option, value) else {
            return self.complain(Self.line(value), "\(name) must be \(Self.allowedForm(option.kind))")
        }
        self.entries[option.name] = entry
    }

    private mutating func takeAlarms(_ value: Node) {
        guard !Self.isNull(value) else { return }
        let (entries, mistakes) = AlarmEntry.list(value)
        self.alarms = entries
        for mistake in mistakes { self.complain(mistake.line, mistake.text) }
    }

    /// Nil: the value has not the form that the option takes.
    private func entry(_ option: OptionDeclaration, _ value: Node) -> ConfigurationFile.Entry? {
        if let scalar = value.scalar { return .init(values: [scalar.string], lines: [Self.line(value)]) }
        switch option.kind {
        case .value, .valueOrAlone, .flag:
            return nil
        case .words:
            guard let list = Self.list(value) else { return nil }
            return .init(values: [list.values.joined(separator: ",")], lines: [Self.line(value)])
        case .list:
            return Self.list(value)
        case .map:
            if let list = Self.list(value) { return list }
            guard let mapping = value.mapping else { return nil }
            var entry = ConfigurationFile.Entry(values: [], lines: [])
            for (key, value) in mapping {
                guard let key = key.scalar, let text = value.scalar else { return nil }
                entry.values.append("\(key.string)=\(text.string)")
                entry.lines.append(Self.line(value))
            }
            return entry
        }
    }

    private static func list(_ value: Node) -> ConfigurationFile.Entry? {
        guard let sequence = value.sequence else { return nil }
        var entry = ConfigurationFile.Entry(values: [], lines: [])
        for item in sequence {
            guard let scalar = item.scalar, !Self.isNull(item) else { return nil }
            entry.values.append(scalar.string)
            entry.lines.append(Self.line(item))
        }
        return entry
    }

    private static func allowedForm(_ kind: OptionDeclaration.Kind) -> String {
        switch kind {
        case .value: "one value, neither a list nor a mapping"
        case .valueOrAlone: "one value, or true"
        case .flag: "true or false"
        case .words, .list: "one value or a list of values"
        case .map: "a mapping of names to values, or a list of NAME=VALUE"
        }
    }

    /// `key:` with nothing after it, or `key: null`: as if it were not there.
    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func line(_ node: Node) -> Int { node.mark?.line ?? 1 }

    private mutating func complain(_ line: Int, _ problem: String) {
        self.problems.append(ConfigurationError("\(self.path):\(line): \(problem)"))
    }

    /// Line and reason of the library's error, whose own text has several lines.
    private static func explained(_ error: YamlError) -> (line: Int, problem: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return (mark.line, problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            return (context.mark.line, "\(duplicates.sorted().joined(separator: ", ")) is in it twice")
        case .reader(let problem, _, _, _):
            return (1, problem)
        default:
            return (1, "it cannot be read")
        }
    }
}
