import Testing

@testable import TelemetryCore

@Suite struct MeasurementUnitTests {
    @Test(
        arguments: [
            ("rpm", 1480, 1480), ("1/min", 1480, 1480), ("Hz", 25, 1500), ("rad/s", 100, 954.9296585513721),
            ("Nm", 12.5, 12.5), ("N·m", 12.5, 12.5), ("kNm", 1.5, 1500), ("lbf·ft", 100, 135.58179483314004),
            ("in-lbf", 12, 1.3558179483314004), ("bar", 6, 6), ("mbar", 6000, 6), ("hPa", 1013.25, 1.01325),
            ("Pa", 101_325, 1.01325), ("kPa", 600, 6), ("MPa", 0.6, 6), ("psi", 100, 6.894757293168361),
            ("psig", 100, 6.894757293168361), ("psia", 14.6959, 1.013247), ("barg", 6, 6), ("kPa(a)", 600, 6),
        ] as [(String, Double, Double)])
    func convertsToTheCanonicalUnit(symbol: String, value: Double, canonical: Double) throws {
        let unit = try #require(MeasurementUnit(symbol: symbol))
        #expect(abs(unit.canonical(value) - canonical) <= 1e-6 * canonical)
    }

    /// Gauge and absolute are another unit, not another number.
    @Test(
        arguments: [
            ("bar", "bar", .unspecified), ("barg", "bar(g)", .gauge), ("bara", "bar(a)", .absolute),
            ("barG", "bar(g)", .gauge), ("bar(a)", "bar(a)", .absolute), ("kPa g", "kPa(g)", .gauge),
            ("PSIA", "psi(a)", .absolute), ("psig", "psi(g)", .gauge), ("mbar", "mbar", .unspecified),
        ] as [(String, String, MeasurementUnit.Reference)])
    func keepsGaugeAndAbsoluteApart(spelling: String, symbol: String, reference: MeasurementUnit.Reference) throws {
        let unit = try #require(MeasurementUnit(symbol: spelling))
        #expect(unit.symbol == symbol)
        #expect(unit.reference == reference)
        #expect(unit.shown.symbol == "bar" + symbol.drop { $0 != "(" })
        #expect(unit.shown.reference == reference)
        #expect(unit.with(.gauge).with(reference) == unit)
    }

    @Test(arguments: ["", "furlong", "mPa", " bar", "rpm ", "°C", "rpmg", "bar(", "Nm(a)", "kpa", "Mbar"])
    func whatIsNoUnitIsNone(symbol: String) {
        #expect(MeasurementUnit(symbol: symbol) == nil)
    }

    /// Every spelling that people are told of is understood, is of its metric, and reads back from our own spelling of
    /// it, there and back without loss beyond the last digit.
    @Test(arguments: StandardMetric.allCases)
    func roundTripOfEverySpelling(metric: StandardMetric) throws {
        var random = SeededRandom(seed: 5)
        let spellings = MeasurementUnit.spellings(of: metric)
        #expect(Set(spellings).count == spellings.count)
        #expect(spellings.contains(MeasurementUnit.canonical(metric).symbol))
        for spelling in spellings {
            let unit = try #require(MeasurementUnit(symbol: spelling))
            #expect(unit.quantity == metric)
            #expect(MeasurementUnit(symbol: unit.symbol) == unit)
            #expect(MeasurementUnit(symbol: unit.shown.symbol) == unit.shown)
            for _ in 0..<20 {
                let value = Double.random(in: -1e6...1e6, using: &random)
                let back = unit.canonical(value) / unit.factor
                #expect(abs(back - value) <= 4 * value.ulp)
            }
        }
    }

    @Test func theCanonicalUnitsChangeNothing() {
        for metric in StandardMetric.allCases {
            let unit = MeasurementUnit.canonical(metric)
            #expect(MeasurementUnit(symbol: unit.symbol) == unit)
            #expect(unit.canonical(0.1 + 0.2) == 0.1 + 0.2)
            #expect(unit.shown == unit)
        }
    }

    @Test func aMachinesOwnSettingComesFirst() throws {
        let (psi, bar) = (try #require(MeasurementUnit(symbol: "psi")), try #require(MeasurementUnit(symbol: "barg")))
        var settings = UnitSettings()
        #expect(settings.isEmpty)
        settings.set(machine: nil, metric: .pressure, unit: psi)
        settings.set(machine: try machine("a"), metric: .pressure, unit: bar)
        #expect(settings.unit(of: .pressure, machine: try machine("a")) == bar)
        #expect(settings.unit(of: .pressure, machine: try machine("b")) == psi)
        #expect(settings.unit(of: .rpm, machine: try machine("b")) == nil)
        #expect(!settings.isEmpty)
    }
}
