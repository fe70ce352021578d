/// One metric beyond the three standard ones.
package struct ExtraMetric: Hashable, Sendable {
    package let name: MetricName
    package let value: Double
}

/// The values of one reading. Every value in it is finite: decoders refuse NaN and infinity before they come here.
package struct Metrics: Hashable, Sendable {
    /// rev/min
    package var rpm: Double? { didSet { Self.assertFinite(self.rpm) } }
    /// N·m
    package var torque: Double? { didSet { Self.assertFinite(self.torque) } }
    /// bar
    package var pressure: Double? { didSet { Self.assertFinite(self.pressure) } }
    /// Sorted by name, each name once, never one of the standard names; at most `Limits.extraMetricsMax` through `set`.
    package private(set) var extra: [ExtraMetric]

    package init(rpm: Double? = nil, torque: Double? = nil, pressure: Double? = nil) {
        Self.assertFinite(rpm)
        Self.assertFinite(torque)
        Self.assertFinite(pressure)
        self.rpm = rpm
        self.torque = torque
        self.pressure = pressure
        self.extra = []
    }

    /// From the ring or the database, where the extras are already in order.
    init(rpm: Double?, torque: Double?, pressure: Double?, sortedExtra: [ExtraMetric]) {
        assert(zip(sortedExtra, sortedExtra.dropFirst()).allSatisfy { $0.name < $1.name })
        self.rpm = rpm
        self.torque = torque
        self.pressure = pressure
        self.extra = sortedExtra
    }

    package var isEmpty: Bool {
        self.rpm == nil && self.torque == nil && self.pressure == nil && self.extra.isEmpty
    }

    /// The value under any name, standard or extra.
    package func value(_ name: MetricName) -> Double? {
        switch StandardMetric(rawValue: name.text) {
        case .rpm: return self.rpm
        case .torque: return self.torque
        case .pressure: return self.pressure
        case nil: return self.extra.first { $0.name == name }?.value
        }
    }

    /// Whether `set` may be called with this name: a decoder asks for each, and refuses the reading when it is not so.
    package func hasRoom(for name: MetricName) -> Bool {
        if self.extra.count < Limits.extraMetricsMax { return true }
        return StandardMetric(rawValue: name.text) != nil || self.extra.contains { $0.name == name }
    }

    /// Sets a metric by name, standard or extra; the last value of a name wins.
    /// A value that is not finite, or a name there is no room for (`hasRoom`), is our own bug: it traps in debug and is
    /// dropped in release.
    package mutating func set(_ name: MetricName, _ value: Double) {
        guard value.isFinite else {
            assertionFailure("metric \(name.text) is not finite")
            return
        }
        switch StandardMetric(rawValue: name.text) {
        case .rpm: self.rpm = value
        case .torque: self.torque = value
        case .pressure: self.pressure = value
        case nil: self.setExtra(name, value)
        }
    }

    /// The same for a name that is none of the standard ones, which the caller knows.
    package mutating func set(extra name: MetricName, _ value: Double) {
        assert(StandardMetric(rawValue: name.text) == nil)
        guard value.isFinite else {
            assertionFailure("metric \(name.text) is not finite")
            return
        }
        self.setExtra(name, value)
    }

    private mutating func setExtra(_ name: MetricName, _ value: Double) {
        // Few extras per reading: a walk from the end beats a search tree, and senders mostly write in order.
        var index = self.extra.endIndex
        while index > 0, name < self.extra[index - 1].name { index -= 1 }
        if index > 0, self.extra[index - 1].name == name {
            self.extra[index - 1] = ExtraMetric(name: name, value: value)
        } else {
            guard self.extra.count < Limits.extraMetricsMax else {
                assertionFailure("no room for metric \(name.text)")
                return
            }
            self.extra.insert(ExtraMetric(name: name, value: value), at: index)
        }
    }

    private static func assertFinite(_ value: Double?) {
        assert(value?.isFinite ?? true, "a metric is not finite")
    }
}
