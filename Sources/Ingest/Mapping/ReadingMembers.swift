import TelemetryCore

/// The members of one object as a reading: the rules of interface section 3, for the general decoder.
struct ReadingMembers {
    struct Refusal: Error, Hashable {
        let reason: RejectionReason
        let remedy: String
    }

    private(set) var metrics = Metrics()
    /// As the sender gave them, of those metrics that came with one.
    private(set) var units: [MetricUnit] = []
    /// nil: the time of receipt.
    private(set) var timestamp: Timestamp?
    /// What stands under `machine`; nil when nothing does.
    let machine: JSONValue?
    /// The first member that might have been meant as a metric; told only when nothing else was one.
    private var nearMiss: Refusal?

    init(_ members: [JSONValue.Member]) throws(Refusal) {
        let unique = Self.lastOfEach(members)
        self.machine = unique.first { $0.key[...].spells("machine") }?.value
        try self.takeMetrics(unique, isNested: false)
        for member in unique where member.key[...].spells("values") {
            if case .object(let nested) = member.value { try self.takeMetrics(Self.lastOfEach(nested), isNested: true) }
        }
        self.timestamp = try Self.timestamp(unique, key: "timestamp")
        if self.timestamp == nil { self.timestamp = try Self.timestamp(unique, key: "ts") }
        guard self.metrics.isEmpty else { return }
        throw self.nearMiss
            ?? Refusal(reason: .noNumber, remedy: "no number in it; send at least one metric, like {\"rpm\":1480.2}")
    }

    /// Duplicate keys: the last one wins (RFC 8259, section 4 leaves it open; it is what most parsers do).
    private static func lastOfEach(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        var lastIndex: [[UInt8]: Int] = [:]
        for (index, member) in members.enumerated() { lastIndex[member.key] = index }
        guard lastIndex.count < members.count else { return members }
        return members.enumerated().filter { lastIndex[$0.element.key] == $0.offset }.map(\.element)
    }

    private mutating func takeMetrics(_ members: [JSONValue.Member], isNested: Bool) throws(Refusal) {
        for member in members {
            let (key, value) = (member.key, member.value)
            switch MemberKey(key[...]) {
            case .metric(let metric):
                guard let (number, unit) = try self.number(key, value) else { continue }
                self.metrics.set(metric, number)
                self.note(unit, of: MetricName(metric.rawValue))
            case .values(let name):
                if case .object = value, !isNested { continue }
                try self.takeExtra(name, key, value)
            case .extra(let name):
                try self.takeExtra(name, key, value)
            case .unusable:
                guard case .number = value else { continue }
                let rule = "a letter, then at most 31 letters, digits or _"
                self.miss(.badMetricName, "\(Self.shown(key)) is no name for a metric: \(rule)")
            case .timestamp, .ts, .machine, .reserved:
                continue
            }
        }
    }

    private mutating func takeExtra(_ name: MetricName, _ key: [UInt8], _ value: JSONValue) throws(Refusal) {
        guard let (number, unit) = try self.number(key, value) else { return }
        guard self.metrics.hasRoom(for: name) else {
            let limit = TelemetryCore.Limits.extraMetricsMax
            let remedy = "more than \(limit) metrics besides rpm, torque and pressure; send them as several machines"
            throw Refusal(reason: .tooManyMetrics, remedy: remedy)
        }
        self.metrics.set(name, number)
        self.note(unit, of: name)
    }

    /// The last value of a name wins, so its unit does, too.
    private mutating func note(_ unit: String?, of name: MetricName?) {
        guard let name else { return }
        self.units.removeAll { $0.metric == name }
        if let unit { self.units.append(MetricUnit(metric: name, symbol: unit)) }
    }

    /// A bare number, or one with its unit: `{"v":1480,"u":"rpm"}`, `{"value":1480,"unit":"rpm"}`.
    private mutating func number(
        _ key: [UInt8],
        _ value: JSONValue
    ) throws(Refusal) -> (number: Double, unit: String?)? {
        switch value {
        case .number(let number):
            guard number.isFinite else {
                let remedy = "\(Self.shown(key)) is beyond the range of a double; leave out a value that is not known"
                throw Refusal(reason: .notFinite, remedy: remedy)
            }
            return (number, nil)
        case .null:
            return nil
        case .object(let members):
            guard let inner = Self.lastValue(members, "v", "value"), case .number = inner else { break }
            guard let (number, _) = try self.number(key, inner) else { return nil }
            return (number, try Self.unit(members, key))
        default:
            break
        }
        let remedy = "\(Self.shown(key)) is not a number but \(value.kind); send it bare, like \"rpm\":1480.2"
        self.miss(.noNumber, remedy)
        return nil
    }

    /// The value of the short key, or of the long one.
    private static func lastValue(_ members: [JSONValue.Member], _ short: StaticString, _ long: StaticString)
        -> JSONValue?
    {
        let value = members.last { $0.key[...].spells(short) } ?? members.last { $0.key[...].spells(long) }
        return value?.value
    }

    private static func unit(_ members: [JSONValue.Member], _ key: [UInt8]) throws(Refusal) -> String? {
        switch Self.lastValue(members, "u", "unit") {
        case nil, .null:
            return nil
        case .string(let symbol) where symbol.utf8.count <= Limits.unitBytesMax:
            return symbol
        case .string:
            let remedy = "the unit of \(Self.shown(key)) has more than \(Limits.unitBytesMax) bytes; send its symbol"
            throw Refusal(reason: .unknownUnit, remedy: remedy)
        case .some(let other):
            let remedy = "the unit of \(Self.shown(key)) is \(other.kind); send text, like {\"v\":602,\"u\":\"kPa\"}"
            throw Refusal(reason: .unknownUnit, remedy: remedy)
        }
    }

    private mutating func miss(_ reason: RejectionReason, _ remedy: String) {
        if self.nearMiss == nil { self.nearMiss = Refusal(reason: reason, remedy: remedy) }
    }

    private static func timestamp(
        _ members: [JSONValue.Member],
        key: StaticString
    ) throws(Refusal) -> Timestamp? {
        guard let value = members.first(where: { $0.key[...].spells(key) })?.value else { return nil }
        switch value {
        case .null:
            return nil
        case .string(let text):
            if let timestamp = Timestamp(iso8601: text) { return timestamp }
            let remedy = "\(key) needs date, time and zone, like 2026-11-21T09:41:26.123Z or …+01:00"
            throw Refusal(reason: .badTimestamp, remedy: remedy)
        case .number(let number):
            if let timestamp = Timestamp(unixNumber: number) { return timestamp }
            throw Refusal(reason: .badTimestamp, remedy: "\(key) is no time; send seconds or milliseconds since 1970")
        case .bool, .array, .object:
            let remedy = "\(key) is \(value.kind); send ISO 8601 with zone, or seconds or milliseconds since 1970"
            throw Refusal(reason: .badTimestamp, remedy: remedy)
        }
    }

    /// A key from outside within our own line: short, and without line breaks.
    ///
    /// Counted in bytes: one character can be 64 KiB of combining marks. And plain ASCII, since that is all a key may
    /// be, and what else there is can turn a line around or break it.
    static func shown(_ key: some Sequence<UInt8>) -> String {
        let plain = key.prefix(Limits.shownKeyBytesMax).map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }
        return "`\(String(decoding: plain, as: UTF8.self))`"
    }
}
