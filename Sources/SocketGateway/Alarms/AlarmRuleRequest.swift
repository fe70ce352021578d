package import SocketIO
package import TelemetryCore

/// The body of `PUT /api/alarms/rules/{rule}`.
package enum AlarmRuleRequest {
    /// Every member of a rule, as `GET` shows them.
    package static let members = [
        "rule", "machine", "metric", "kind", "limit", "deadband", "onDelay", "offDelay", "latch", "priority", "text",
        "action", "enabled", "source",
    ]

    /// Reads the rule of this name. `rule` and `source` may be there, so that what `GET` gave can be put back; they
    /// cannot say anything else than the path.
    package static func draft(named name: String, _ value: SocketValue) throws(StrictObject.Mistake) -> AlarmDraft {
        let object = try StrictObject(value, known: Self.members)
        if let rule = try object.text("rule"), rule != name {
            throw StrictObject.Mistake("\"rule\" is \(excerpt(rule)), and the path says \(excerpt(name)).")
        }
        if let source = try object.text("source"), source != AlarmRule.Source.page.rawValue {
            throw StrictObject.Mistake("\"source\" can only be \"page\" here; leave it out.")
        }
        guard let kind = try object.text("kind") else {
            let kinds = AlarmRule.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw StrictObject.Mistake("\"kind\" is missing; it is one of \(kinds).")
        }
        var draft = AlarmDraft(rule: name, kind: kind)
        draft.machine = try object.text("machine") ?? draft.machine
        draft.metric = try object.text("metric")
        draft.limit = try object.number("limit")
        draft.deadband = try object.number("deadband") ?? draft.deadband
        draft.onDelay = try object.seconds("onDelay") ?? draft.onDelay
        draft.offDelay = try object.seconds("offDelay") ?? draft.offDelay
        draft.latch = try object.flag("latch") ?? draft.latch
        draft.priority = try object.text("priority") ?? draft.priority
        draft.text = try object.text("text") ?? draft.text
        draft.action = try object.text("action") ?? draft.action
        draft.enabled = try object.flag("enabled") ?? draft.enabled
        return draft
    }
}
