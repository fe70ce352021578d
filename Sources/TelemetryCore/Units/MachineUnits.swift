/// The units of one machine's metrics: what its sender named, what the configuration says for a sender that names none,
/// and the conversion of a reading by them. A plain value of the writer's.
///
/// A metric's unit is, for a reading that names none: the configured one, else the one last named, else the canonical
/// one. Once a unit was named, another one is refused: half of a curve in kPa and half in psi looks like a fault of the
/// machine. So is a change between gauge, absolute and unsaid, which nobody could convert. Two ways out: the
/// configuration names the new unit, or the metric comes under another name.
struct MachineUnits: Sendable {
    /// Why a reading is refused.
    struct Refusal: Error, Equatable {
        let reason: RejectionReason
        /// One line: what the sender should do instead.
        let remedy: String
    }

    private struct Named: Sendable {
        let metric: MetricName
        /// As the sender spells it: compared first, because it mostly comes again and again.
        var spelling: String
        /// `nil` for an extra metric: its unit is a word, nothing is converted.
        var unit: MeasurementUnit?

        /// As it is kept.
        var symbol: String { self.unit?.symbol ?? self.spelling }
    }

    private let machine: MachineID
    /// At most `Limits.unitsPerMachineMax`.
    private var named: [Named] = []
    private var configured: [MetricName: MeasurementUnit] = [:]
    /// A reading that names no unit has to be converted as well.
    private(set) var convertsUnnamed = false

    /// `kept`: as the database has them.
    init(machine: MachineID, settings: UnitSettings, kept: [MetricName: String] = [:]) {
        self.machine = machine
        for (metric, symbol) in kept {
            guard StandardMetric(rawValue: metric.text) != nil else {
                self.named.append(Named(metric: metric, spelling: symbol, unit: nil))
                continue
            }
            guard let unit = MeasurementUnit(symbol: symbol) else { continue }
            self.named.append(Named(metric: metric, spelling: symbol, unit: unit))
        }
        self.configure(settings)
    }

    mutating func configure(_ settings: UnitSettings) {
        self.configured = [:]
        if !settings.isEmpty {
            for metric in StandardMetric.allCases {
                self.configured[MetricName(metric)] = settings.unit(of: MetricName(metric), machine: self.machine)
            }
        }
        self.noteConversions()
    }

    /// What people are told: of each metric with a unit that was named or configured, the one its stored values are in.
    var shown: [MetricName: String] {
        var shown = self.configured.mapValues(\.shown.symbol)
        for named in self.named { shown[named.metric] = named.unit?.shown.symbol ?? named.symbol }
        return shown
    }

    /// Converts the reading to canonical units and takes the unit out of it. The units that were named for the first
    /// time, in our spelling; they hold for the readings to come.
    mutating func admit(_ reading: inout Reading) throws(Refusal) -> [MetricUnit] {
        var changed: [MetricUnit] = []
        var next = self.named
        for unit in reading.units where reading.metrics.value(unit.metric) != nil {
            if next.contains(where: { $0.metric == unit.metric && $0.spelling == unit.symbol }) { continue }
            let named = try self.name(unit, after: next.first { $0.metric == unit.metric })
            if let index = next.firstIndex(where: { $0.metric == unit.metric }) {
                if next[index].symbol != named.symbol {
                    changed.append(MetricUnit(metric: unit.metric, symbol: named.symbol))
                }
                next[index] = named
            } else if next.count < Limits.unitsPerMachineMax {
                next.append(named)
                changed.append(MetricUnit(metric: unit.metric, symbol: named.symbol))
            } else {
                let remedy = "the units of \(Limits.unitsPerMachineMax) metrics are kept; send fewer names"
                throw Refusal(reason: .tooManyMetrics, remedy: remedy)
            }
        }
        try self.convert(&reading, by: next)
        self.named = next
        if !changed.isEmpty { self.noteConversions() }
        return changed
    }

    private mutating func noteConversions() {
        self.convertsUnnamed = StandardMetric.allCases.contains { metric in
            let metric = MetricName(metric)
            return (self.configured[metric] ?? self.named.first { $0.metric == metric }?.unit)?.factor ?? 1 != 1
        }
    }

    private func name(_ unit: MetricUnit, after before: Named?) throws(Refusal) -> Named {
        guard let standard = StandardMetric(rawValue: unit.metric.text) else {
            return try self.nameExtra(unit, after: before)
        }
        guard let known = MeasurementUnit(symbol: unit.symbol), known.quantity == standard else {
            let allowed = MeasurementUnit.spellings(of: standard).joined(separator: ", ")
            let kinds = standard == .pressure ? " (with g or a at the end for gauge or absolute)" : ""
            let remedy = "\(Self.quoted(unit.symbol)) is no unit of \(unit.metric.text); send one of \(allowed)\(kinds)"
            throw Refusal(reason: .unknownUnit, remedy: remedy)
        }
        let configured = self.configured[unit.metric]
        // Where the sender leaves gauge or absolute unsaid, the configuration may say it.
        let meant = known.reference == .unspecified ? known.with(configured?.reference ?? .unspecified) : known
        let expected = before?.unit ?? configured.map(\.reference).map(meant.with) ?? meant
        if expected != meant, configured != meant {
            throw Refusal(reason: .unitChanged, remedy: self.remedy(unit.metric, from: expected, to: meant))
        }
        return Named(metric: unit.metric, spelling: unit.symbol, unit: meant)
    }

    private func nameExtra(_ unit: MetricUnit, after before: Named?) throws(Refusal) -> Named {
        guard (1...Limits.unitBytesMax).contains(unit.symbol.utf8.count) else {
            let remedy = "a unit has 1 to \(Limits.unitBytesMax) bytes; that of \(unit.metric.text) is another"
            throw Refusal(reason: .unknownUnit, remedy: remedy)
        }
        if let before {
            let remedy =
                "\(unit.metric.text) of \(self.machine) came in \(Self.quoted(before.symbol)) before and now in "
                + "\(Self.quoted(unit.symbol)); send it in one unit, or under another name"
            throw Refusal(reason: .unitChanged, remedy: remedy)
        }
        return Named(metric: unit.metric, spelling: unit.symbol, unit: nil)
    }

    private func remedy(_ metric: MetricName, from: MeasurementUnit, to: MeasurementUnit) -> String {
        let kinds = from.reference == to.reference ? "" : "; gauge and absolute pressure cannot be converted"
        return "\(metric.text) of \(self.machine) came in \(from.symbol) before and now in \(to.symbol)\(kinds); "
            + "if that is meant, start with --unit \(self.machine)/\(metric.text)=\(to.symbol)"
    }

    private func convert(_ reading: inout Reading, by named: [Named]) throws(Refusal) {
        if let value = reading.metrics.rpm {
            reading.metrics.rpm = try self.canonical(value, .rpm, reading.units, named)
        }
        if let value = reading.metrics.torque {
            reading.metrics.torque = try self.canonical(value, .torque, reading.units, named)
        }
        if let value = reading.metrics.pressure {
            reading.metrics.pressure = try self.canonical(value, .pressure, reading.units, named)
        }
        if !reading.units.isEmpty { reading.units = [] }
    }

    private func canonical(
        _ value: Double,
        _ metric: MetricName,
        _ units: [MetricUnit],
        _ named: [Named]
    ) throws(Refusal) -> Double {
        let isNamed = units.contains { $0.metric == metric }
        let last = named.first { $0.metric == metric }?.unit
        let configured = isNamed ? nil : self.configured[metric]
        if let configured, let last, configured.reference != last.reference {
            throw Refusal(reason: .unitChanged, remedy: self.remedy(metric, from: last, to: configured))
        }
        guard let unit = configured ?? last else { return value }
        let canonical = unit.canonical(value)
        guard canonical.isFinite else {
            let remedy = "\(metric.text) is beyond the largest number after conversion from \(unit.symbol)"
            throw Refusal(reason: .notFinite, remedy: remedy)
        }
        return canonical
    }

    /// What a sender wrote may be anything: its start, without what would break the line.
    private static func quoted(_ text: String) -> String {
        "`" + String(text.prefix(24).map { $0.isNewline || $0 == "`" ? " " : $0 }) + "`"
    }
}
