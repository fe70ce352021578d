/// How topics name machines: `machines/{machine}/telemetry`, `{site}/{line}/{machine}/{metric}`.
///
/// One level each: `{machine}` (exactly once), `{metric}` (at most once), any other `{name}` (captured), `_` (any
/// level, ignored), or literal text. What the payload is follows from the template: `{metric}` means one number as
/// text; a last level `status` without `{metric}` means `online`/`offline`; everything else is JSON.
package struct TopicTemplate: Hashable, Sendable, CustomStringConvertible {
    /// Why a text is not a template; `description` is one line for the user.
    package struct ParseError: Error, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// What the payload of a matching message is.
    package enum Content: Hashable, Sendable {
        /// A JSON object or an array of them.
        case readings
        /// One number as text.
        case scalar
        /// `online` or `offline`.
        case status
    }

    enum Level: Hashable, Sendable {
        case literal(String)
        case ignored
        case machine
        case metric
        case capture(String)
    }

    package let description: String
    package let content: Content
    let levels: [Level]

    /// The templates of interface section 2.
    package static let defaults: [TopicTemplate] = [
        TopicTemplate(levels: [.literal("machines"), .machine, .literal("telemetry")], content: .readings),
        TopicTemplate(levels: [.literal("machines"), .machine, .literal("status")], content: .status),
        TopicTemplate(levels: [.literal("machines"), .machine, .metric], content: .scalar),
    ]

    private init(levels: [Level], content: Content) {
        self.levels = levels
        self.content = content
        self.description = levels.map(\.text).joined(separator: "/")
    }

    /// Throws `ParseError` with a line that says what is allowed.
    package init(parsing text: String) throws(ParseError) {
        guard !text.isEmpty, text.utf8.count <= Limits.templateBytesMax else {
            throw ParseError(description: "a template has 1 to \(Limits.templateBytesMax) bytes")
        }
        var levels: [Level] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            let level = try Self.parseLevel(part)
            if level != .ignored, !level.isLiteral, levels.contains(level) {
                throw ParseError(description: "\(level.text) may stand in a template only once")
            }
            levels.append(level)
        }
        guard levels.contains(.machine) else {
            throw ParseError(description: "a template needs one level {machine}, for example plant/{machine}/{metric}")
        }
        let content: Content =
            if levels.contains(.metric) { .scalar } else if levels.last == .literal("status") { .status } else {
                .readings
            }
        self.init(levels: levels, content: content)
    }

    private static func parseLevel(_ part: Substring) throws(ParseError) -> Level {
        if part == "_" { return .ignored }
        if part.contains("+") || part.contains("#") {
            throw ParseError(description: "+ and # are not for templates: _ ignores a level, {name} captures it")
        }
        guard part.contains("{") || part.contains("}") else {
            if part.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
                throw ParseError(description: "a level has a control character")
            }
            return .literal(String(part))
        }
        let name = part.dropFirst().dropLast()
        let isName = name.first.map { $0.isASCII && $0.isLetter } == true && name.utf8.allSatisfy(\.isNameByte)
        guard part.hasPrefix("{"), part.hasSuffix("}"), isName else {
            throw ParseError(description: "`\(part)` must be a whole level like {machine} or {line}")
        }
        return switch name {
        case "machine": .machine
        case "metric": .metric
        default: .capture(String(name))
        }
    }

    /// The MQTT subscription filter: captures and `_` become `+`.
    package var filter: String {
        self.levels.map { if case .literal(let text) = $0 { text } else { "+" } }.joined(separator: "/")
    }

    /// Number of literal levels: of two templates that match, the one with more of them is meant.
    var specificity: Int { self.levels.count(where: \.isLiteral) }

    /// What the template reads from `topic`, nil when it does not match.
    package func match(_ topic: String) -> TopicMatch? {
        // As in MQTT 4.7.2 a wildcard in front does not match the broker's own topics; nor a gateway's.
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == self.levels.count else { return nil }
        if self.levels.first?.isLiteral != true, topic.hasPrefix("$") || GatewayID.isOwnTopic(topic) { return nil }
        var machine = ""
        var metric: String?
        var captures: [TopicMatch.Capture] = []
        for (level, part) in zip(self.levels, parts) {
            switch level {
            case .literal(let text): if text != part { return nil }
            case .ignored: break
            case .machine: machine = String(part)
            case .metric: metric = String(part)
            case .capture(let name): captures.append(.init(name: name, value: String(part)))
            }
        }
        return TopicMatch(machine: machine, metric: metric, captures: captures)
    }
}

extension TopicTemplate {
    /// The path of a matching topic as labels of its machine: every capture by its name, and `topic`, the topic itself
    /// with `{metric}` in the place of the metric (it is the machine's, not the metric's). Not that of a status topic:
    /// where the readings come from is what people look for.
    func labels(of topic: String, _ match: TopicMatch) -> [String: String] {
        var labels: [String: String] = [:]
        if self.content != .status {
            let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
            labels["topic"] = zip(self.levels, parts).map { $0 == .metric ? "{metric}" : String($1) }
                .joined(separator: "/")
        }
        for capture in match.captures { labels[capture.name] = capture.value }
        return labels
    }

    /// The names of ``labels(of:_:)``.
    var labelNames: [String] {
        self.levels.compactMap { if case .capture(let name) = $0 { name } else { nil } }
            + (self.content == .status ? [] : ["topic"])
    }
}

extension TopicTemplate.Level {
    fileprivate var isLiteral: Bool { if case .literal = self { true } else { false } }

    fileprivate var text: String {
        switch self {
        case .literal(let text): text
        case .ignored: "_"
        case .machine: "{machine}"
        case .metric: "{metric}"
        case .capture(let name): "{\(name)}"
        }
    }
}

extension UInt8 {
    /// `A-Za-z0-9_`, the bytes of names in templates and of metrics.
    var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
