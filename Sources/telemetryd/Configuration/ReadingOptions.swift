package import TelemetryCore

/// What is known beforehand of the readings that will come.
package struct ReadingOptions: Sendable {
    /// How often a machine (nil: every other one) is expected to send.
    package struct Expectation: Equatable, Sendable {
        package var machine: MachineID?
        package var interval: Duration
    }

    package var units: UnitSettings
    package var expectations: [Expectation]

    init(_ reader: SettingReader) throws(ConfigurationError) {
        self.units = UnitSettings()
        self.expectations = []
        for setting in reader.settings("unit") { try Self.take(setting, &self.units) }
        for setting in reader.settings("expect") { self.expectations.append(try Self.expectation(setting)) }
    }

    /// `[machine/]metric=unit`.
    private static func take(_ setting: SettingReader.Setting, _ units: inout UnitSettings) throws(ConfigurationError) {
        let example = "it must be METRIC=UNIT or MACHINE/METRIC=UNIT, such as pressure=kPa"
        guard let (key, symbol) = setting.keyAndValue else { throw setting.refused(example) }
        let slash = key.lastIndex(of: "/")
        let metricText = slash.map { String(key[key.index(after: $0)...]) } ?? key
        var machine: MachineID?
        if let slash {
            guard let named = MachineID(String(key[..<slash])) else {
                throw setting.refused("\(example); \(MachineID.rule)")
            }
            machine = named
        }
        guard let standard = StandardMetric(rawValue: metricText), let metric = MetricName(metricText) else {
            let names = StandardMetric.allCases.map(\.rawValue).joined(separator: ", ")
            throw setting.refused("\(example); the metrics whose units are known are \(names)")
        }
        guard let unit = MeasurementUnit(symbol: symbol), unit.quantity == standard else {
            let spellings = MeasurementUnit.spellings(of: standard).joined(separator: ", ")
            throw setting.refused("\(symbol) is no unit of \(metricText); it may be \(spellings)")
        }
        units.set(machine: machine, metric: metric, unit: unit)
    }

    /// `[machine=]time`.
    private static func expectation(_ setting: SettingReader.Setting) throws(ConfigurationError) -> Expectation {
        let allowed = "it must be a time such as 5s, or MACHINE=5s, from 1ms to 30d"
        let (name, text) = setting.keyAndValue.map { ($0.key, $0.value) } ?? (nil, setting.value)
        guard let interval = TimeSpan.parse(text), interval >= .milliseconds(1), interval <= Limits.expectedIntervalMax
        else { throw setting.refused(allowed) }
        guard let name else { return Expectation(machine: nil, interval: interval) }
        guard let machine = MachineID(name) else { throw setting.refused("\(allowed); \(MachineID.rule)") }
        return Expectation(machine: machine, interval: interval)
    }
}
