/// A unit of one of the three standard metrics, and how to get from it to the canonical one (rev/min, N·m, bar).
///
/// Gauge and absolute pressure are kept apart, not converted into each other: the difference is the air pressure of the
/// place and the day, which nobody told us.
package struct MeasurementUnit: Hashable, Sendable {
    /// What is counted from zero on: only pressure has more than one.
    package enum Reference: Hashable, Sendable {
        /// The sender did not say (or there is nothing to say).
        case unspecified
        /// Above the pressure around: `barg`.
        case gauge
        /// Above vacuum: `bara`.
        case absolute
    }

    /// The metric that is measured in it.
    package let quantity: StandardMetric
    /// Its one spelling of ours, such as `N·m`, `kPa`, `psi(g)`.
    package let symbol: String
    /// Canonical value = value × factor.
    package let factor: Double
    package let reference: Reference

    /// `nil` unless the symbol is one of `MeasurementUnit.spellings`.
    package init?(symbol: String) {
        guard let unit = Self.table[symbol] else { return nil }
        self = unit
    }

    private init(_ quantity: StandardMetric, _ symbol: String, _ factor: Double, _ reference: Reference) {
        self.quantity = quantity
        self.symbol = symbol
        self.factor = factor
        self.reference = reference
    }

    /// The value in the canonical unit. Finite input may overflow to infinity: the caller looks.
    package func canonical(_ value: Double) -> Double {
        self.factor == 1 ? value : value * self.factor
    }

    /// The unit in which the metric is stored and shown.
    package static func canonical(_ metric: StandardMetric) -> MeasurementUnit {
        switch metric {
        case .rpm: MeasurementUnit(.rpm, "rev/min", 1, .unspecified)
        case .torque: MeasurementUnit(.torque, "N·m", 1, .unspecified)
        case .pressure: MeasurementUnit(.pressure, "bar", 1, .unspecified)
        }
    }

    /// The canonical unit of the same quantity and the same reference: `bar(g)` for `psig`.
    package var shown: MeasurementUnit {
        MeasurementUnit(
            self.quantity,
            Self.canonical(self.quantity).symbol + self.reference.suffix,
            1,
            self.reference
        )
    }

    /// The same unit counted from elsewhere; itself when it is no pressure.
    func with(_ reference: Reference) -> MeasurementUnit {
        guard self.quantity == .pressure else { return self }
        let base = self.symbol.dropLast(self.reference.suffix.count)
        return MeasurementUnit(.pressure, base + reference.suffix, self.factor, reference)
    }

    /// Every spelling that is understood of a metric's units, in the order in which they are listed to people.
    package static func spellings(of metric: StandardMetric) -> [String] {
        Self.definitions.filter { $0.quantity == metric }.flatMap(\.spellings)
    }

    private struct Definition {
        let quantity: StandardMetric
        let symbol: String
        let factor: Double
        let spellings: [String]
    }

    /// Factors: 1 lbf·ft = 1.3558179483314004 N·m, 1 psi = 0.06894757293168361 bar (both from the exact pound-force and
    /// inch).
    private static let definitions: [Definition] = [
        Definition(
            quantity: .rpm, symbol: "rev/min", factor: 1,
            spellings: ["rpm", "RPM", "rev/min", "r/min", "1/min", "min-1"]),
        Definition(quantity: .rpm, symbol: "rev/s", factor: 60, spellings: ["rev/s", "1/s", "rps", "Hz"]),
        Definition(quantity: .rpm, symbol: "rad/s", factor: 30 / Double.pi, spellings: ["rad/s"]),
        Definition(quantity: .torque, symbol: "N·m", factor: 1, spellings: ["N·m", "Nm", "N.m", "N*m", "N-m", "N⋅m"]),
        Definition(quantity: .torque, symbol: "kN·m", factor: 1000, spellings: ["kN·m", "kNm", "kN.m"]),
        Definition(
            quantity: .torque,
            symbol: "lbf·ft",
            factor: 1.3558179483314004,
            spellings: ["lbf·ft", "lbf.ft", "lbf-ft", "ft-lbf", "ft.lbf", "ft·lbf", "ft-lb", "lb-ft"]
        ),
        Definition(
            quantity: .torque,
            symbol: "lbf·in",
            factor: 1.3558179483314004 / 12,
            spellings: ["lbf·in", "lbf.in", "lbf-in", "in-lbf", "in.lbf", "in-lb", "lb-in"]
        ),
        Definition(quantity: .pressure, symbol: "bar", factor: 1, spellings: ["bar", "Bar", "BAR"]),
        Definition(quantity: .pressure, symbol: "mbar", factor: 0.001, spellings: ["mbar", "hPa"]),
        Definition(quantity: .pressure, symbol: "Pa", factor: 0.00001, spellings: ["Pa"]),
        Definition(quantity: .pressure, symbol: "kPa", factor: 0.01, spellings: ["kPa"]),
        Definition(quantity: .pressure, symbol: "MPa", factor: 10, spellings: ["MPa"]),
        Definition(quantity: .pressure, symbol: "psi", factor: 0.06894757293168361, spellings: ["psi", "PSI"]),
    ]

    /// By spelling. Each unit of pressure also with `g` or `a` at its end, small or large, with or without brackets
    /// or a blank.
    private static let table: [String: MeasurementUnit] = {
        var table: [String: MeasurementUnit] = [:]
        for definition in Self.definitions {
            for spelling in definition.spellings {
                func add(_ reference: Reference, _ text: String) {
                    table[text] = MeasurementUnit(
                        definition.quantity,
                        definition.symbol + reference.suffix,
                        definition.factor,
                        reference
                    )
                }
                add(.unspecified, spelling)
                guard definition.quantity == .pressure else { continue }
                for (reference, letter) in [(Reference.gauge, "g"), (.gauge, "G"), (.absolute, "a"), (.absolute, "A")] {
                    for text in ["\(letter)", "(\(letter))", " \(letter)", " (\(letter))"] {
                        add(reference, spelling + text)
                    }
                }
            }
        }
        return table
    }()
}

extension MeasurementUnit.Reference {
    fileprivate var suffix: String {
        switch self {
        case .unspecified: ""
        case .gauge: "(g)"
        case .absolute: "(a)"
        }
    }
}
