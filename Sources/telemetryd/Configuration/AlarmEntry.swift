package import TelemetryCore
import Yams

/// One rule of the list `alarms:` in the configuration file, checked, and where it stands.
package struct AlarmEntry: Equatable, Sendable {
    package let rule: AlarmRule
    /// Of its first member.
    let line: Int

    /// What is wrong with a list or a rule, and where.
    struct Mistake: Error {
        let line: Int
        let text: String
    }

    /// As in `PUT /api/alarms/rules/{rule}`, but for `source`.
    static let members = [
        "rule", "machine", "metric", "kind", "limit", "deadband", "onDelay", "offDelay", "latch", "priority", "text",
        "action", "enabled",
    ]

    /// The rules of a list, and everything that is wrong with it.
    static func list(_ node: Node) -> (entries: [AlarmEntry], mistakes: [Mistake]) {
        guard let sequence = node.sequence else {
            let text = "alarms must be a list of rules, each with rule, metric, kind and limit"
            return ([], [Mistake(line: node.mark?.line ?? 1, text: text)])
        }
        guard sequence.count <= TelemetryCore.Limits.alarmRulesMax else {
            let text = "alarms has \(sequence.count) rules; there can be \(TelemetryCore.Limits.alarmRulesMax)"
            return ([], [Mistake(line: node.mark?.line ?? 1, text: text)])
        }
        var entries: [AlarmEntry] = []
        var mistakes: [Mistake] = []
        for item in sequence {
            do throws(Mistake) {
                let entry = try AlarmEntry(item)
                if let earlier = entries.first(where: { $0.rule.id == entry.rule.id }) {
                    let text = "alarms: there is a rule \"\(entry.rule.id)\" in line \(earlier.line) already"
                    throw Mistake(line: entry.line, text: text)
                }
                entries.append(entry)
            } catch {
                mistakes.append(error)
            }
        }
        return (entries, mistakes)
    }

    private init(_ node: Node) throws(Mistake) {
        let line = node.mark?.line ?? 1
        guard let mapping = node.mapping else {
            throw Mistake(line: line, text: "alarms: a rule has members: rule, metric, kind, limit and others")
        }
        self.line = line
        let scalars = try Self.scalars(mapping)
        guard let name = scalars["rule"]?.text, let kind = scalars["kind"]?.text else {
            let missing = scalars["rule"] == nil ? "rule, its name" : "kind, such as high or low"
            throw Mistake(line: line, text: "alarms: the rule has no \(missing)")
        }
        let draft = try Self.draft(rule: name, kind: kind, scalars)
        do throws(AlarmError) {
            self.rule = try draft.rule(source: .configuration)
        } catch {
            // "limit: a number is needed": in the line of that member, if it is there.
            let member = String(error.description.prefix { $0 != ":" })
            throw Mistake(line: scalars[member]?.line ?? line, text: "alarms: \(name): \(error)")
        }
    }

    private struct Scalar {
        let text: String
        let line: Int
    }

    private static func scalars(_ mapping: Node.Mapping) throws(Mistake) -> [String: Scalar] {
        var scalars: [String: Scalar] = [:]
        for (key, value) in mapping {
            let line = key.mark?.line ?? 1
            guard let name = key.string, Self.members.contains(name) else {
                let known = Self.members.joined(separator: ", ")
                let hint = key.string.flatMap { Spelling.nearest(to: $0, among: Self.members) }
                throw Mistake(
                    line: line,
                    text: "alarms: a rule has no member \"\(key.string ?? "")\"; "
                        + (hint.map { "did you mean \"\($0)\"?" } ?? "there are \(known)"))
            }
            guard let scalar = value.scalar else {
                throw Mistake(line: line, text: "alarms: \(name) must be one value")
            }
            // `text:` with nothing after it is as if it were not there.
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            if !isNull { scalars[name] = Scalar(text: scalar.string, line: value.mark?.line ?? line) }
        }
        return scalars
    }

    private static func draft(
        rule: String,
        kind: String,
        _ scalars: [String: Scalar]
    ) throws(Mistake) -> AlarmDraft {
        func value<Value>(_ name: String, _ allowed: String, _ read: (String) -> Value?) throws(Mistake) -> Value? {
            guard let scalar = scalars[name] else { return nil }
            guard let value = read(scalar.text) else {
                throw Mistake(
                    line: scalar.line, text: "alarms: \(rule): \(name) is \"\(scalar.text)\"; it must be \(allowed)")
            }
            return value
        }
        var draft = AlarmDraft(rule: rule, kind: kind)
        draft.machine = scalars["machine"]?.text ?? draft.machine
        draft.metric = scalars["metric"]?.text
        draft.limit = try value("limit", "a number", Double.init)
        draft.deadband = try value("deadband", "a number", Double.init) ?? draft.deadband
        draft.onDelay = try value("onDelay", Self.times, Self.seconds) ?? draft.onDelay
        draft.offDelay = try value("offDelay", Self.times, Self.seconds) ?? draft.offDelay
        draft.latch = try value("latch", "true or false", Bool.init) ?? draft.latch
        draft.priority = scalars["priority"]?.text ?? draft.priority
        draft.text = scalars["text"]?.text ?? draft.text
        draft.action = scalars["action"]?.text ?? draft.action
        draft.enabled = try value("enabled", "true or false", Bool.init) ?? draft.enabled
        return draft
    }

    private static let times = "a time such as 500ms, 2s or 5m, or a number of seconds"

    private static func seconds(_ text: String) -> Double? {
        if let number = Double(text) { return number.isFinite && number >= 0 ? number : nil }
        // A time of nothing is none anywhere else; a delay may be.
        if ["0ms", "0s", "0m", "0h", "0d"].contains(text) { return 0 }
        return TimeSpan.parse(text).map { $0 / .seconds(1) }
    }
}
