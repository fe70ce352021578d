package import TelemetryCore

/// Alarms, their rules and their history as JSON: the answers below `/api/alarms`, the events `alarm` and `alarms`.
package enum AlarmsDocument {
    /// `{"alarms":[…],"total":n}`: the first of them, in the order of the list.
    package static func list(_ alarms: [Alarm]) -> [UInt8] {
        var members = JSONMembers()
        members.array("alarms", alarms.prefix(Limits.alarmsPerAnswerMax).map { Self.alarm($0) })
        members.number("total", Int64(alarms.count))
        return members.finished()
    }

    /// `{"events":[…]}`, newest first.
    package static func history(_ events: [AlarmEvent]) -> [UInt8] {
        var members = JSONMembers()
        members.array("events", events.map(Self.event))
        return members.finished()
    }

    /// `{"rules":[…]}`
    package static func rules(_ rules: [AlarmRule]) -> [UInt8] {
        var members = JSONMembers()
        members.array("rules", rules.map(Self.rule))
        return members.finished()
    }

    /// `{"episode":…,"alarm":{…},"events":[…],"from":…,"to":…}`
    package static func episode(_ episode: AlarmEpisode) -> [UInt8] {
        var members = JSONMembers()
        members.number("episode", episode.number)
        members.json("alarm", Self.alarm(episode.alarm))
        members.array("events", episode.events.map(Self.event))
        members.time("from", episode.from)
        members.time("to", episode.to)
        return members.finished()
    }

    /// One alarm; members that have nothing to say are absent.
    ///
    /// - Parameter event: what happened to it, for the event `alarm`.
    package static func alarm(_ alarm: Alarm, event: AlarmEvent.Kind? = nil) -> [UInt8] {
        var members = JSONMembers()
        members.text("id", alarm.id.description)
        members.text("rule", alarm.rule.name)
        members.text("machine", alarm.machine.name)
        members.text("metric", alarm.metric?.text)
        members.text("kind", alarm.kind.rawValue)
        members.number("limit", alarm.limit)
        members.text("priority", alarm.priority.rawValue)
        members.text("text", alarm.text)
        members.text("action", alarm.action)
        members.text("state", alarm.state.rawValue)
        members.flag("active", alarm.isActive)
        members.number("value", alarm.value)
        members.number("seq", alarm.sequence)
        members.time("since", alarm.since)
        members.time("raisedAt", alarm.raisedAt)
        members.json("acknowledged", alarm.acknowledged.map(Self.acknowledgement))
        members.json("shelved", alarm.shelved.map(Self.shelf))
        members.number("chatter", Int64(alarm.chatter))
        members.number("episode", alarm.episode)
        members.text("event", event?.rawValue)
        return members.finished()
    }

    /// One line of the history.
    package static func event(_ event: AlarmEvent) -> [UInt8] {
        var members = JSONMembers()
        members.number("id", event.id)
        members.text("alarm", event.alarm.description)
        members.number("episode", event.episode)
        members.text("event", event.kind.rawValue)
        members.time("at", event.at)
        members.number("value", event.value)
        members.text("by", event.by)
        members.text("comment", event.comment)
        members.text("priority", event.priority.rawValue)
        members.text("text", event.text)
        members.text("action", event.action)
        members.text("rule", event.alarm.rule.name)
        members.text("machine", event.machine.name)
        members.text("metric", event.metric?.text)
        members.text("kind", event.ruleKind.rawValue)
        members.number("limit", event.limit)
        return members.finished()
    }

    /// One rule, delays in seconds: what `PUT` takes.
    package static func rule(_ rule: AlarmRule) -> [UInt8] {
        var members = JSONMembers()
        members.text("rule", rule.id.name)
        members.text("machine", rule.machine?.name ?? "*")
        members.text("metric", rule.metric?.text)
        members.text("kind", rule.kind.rawValue)
        members.number("limit", rule.kind.needsMetric ? rule.limit : nil)
        members.number("deadband", rule.deadband)
        members.number("onDelay", Double(rule.onDelayMilliseconds) / 1_000)
        members.number("offDelay", Double(rule.offDelayMilliseconds) / 1_000)
        members.flag("latch", rule.latch)
        members.text("priority", rule.priority.rawValue)
        members.text("text", rule.text)
        members.text("action", rule.action)
        members.flag("enabled", rule.isEnabled)
        members.text("source", rule.source.rawValue)
        return members.finished()
    }

    private static func acknowledgement(_ acknowledgement: Alarm.Acknowledgement) -> [UInt8] {
        var members = JSONMembers()
        members.text("by", acknowledgement.by)
        members.time("at", acknowledgement.at)
        members.text("comment", acknowledgement.comment)
        return members.finished()
    }

    private static func shelf(_ shelf: Alarm.Shelf) -> [UInt8] {
        var members = JSONMembers()
        members.time("until", shelf.until)
        members.text("by", shelf.by)
        members.text("comment", shelf.comment)
        return members.finished()
    }
}
