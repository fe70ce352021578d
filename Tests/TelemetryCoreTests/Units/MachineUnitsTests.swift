import Testing

@testable import TelemetryCore

@Suite struct MachineUnitsTests {
    /// Pressure in a unit (`nil`: named by nobody) through `units`; what is stored, or why it is not.
    private func pressure(
        _ value: Double,
        _ symbol: String?,
        _ units: inout MachineUnits
    ) throws -> Result<Double?, MachineUnits.Refusal> {
        var reading = try reading("press1", rpm: 1)
        reading.metrics.pressure = value
        if let symbol { reading.units = [MetricUnit(metric: .pressure, symbol: symbol)] }
        do {
            _ = try units.admit(&reading)
            #expect(reading.units.isEmpty)
            #expect(reading.metrics.rpm == 1)
            return .success(reading.metrics.pressure)
        } catch {
            return .failure(error)
        }
    }

    private func refusal(
        _ symbol: String?,
        _ units: inout MachineUnits,
        value: Double = 6
    ) throws -> MachineUnits.Refusal? {
        guard case .failure(let refusal) = try self.pressure(value, symbol, &units) else { return nil }
        #expect(!refusal.remedy.contains("\n"))
        #expect(refusal.remedy.utf8.count <= Limits.rejectionRemedyBytesMax)
        return refusal
    }

    private func units(_ settings: UnitSettings = UnitSettings(), kept: [MetricName: String] = [:]) throws
        -> MachineUnits
    {
        MachineUnits(machine: try machine("press1"), settings: settings, kept: kept)
    }

    private func setting(_ symbol: String) throws -> UnitSettings {
        var settings = UnitSettings()
        settings.set(machine: nil, metric: .pressure, unit: try #require(MeasurementUnit(symbol: symbol)))
        return settings
    }

    @Test func aNamedUnitIsConvertedAndKept() throws {
        var units = try self.units()
        #expect(!units.convertsUnnamed)
        #expect(try self.pressure(600, "kPa", &units) == .success(6))
        #expect(units.shown == [.pressure: "bar"])
        // Named once, it holds for what names none.
        #expect(units.convertsUnnamed)
        #expect(try self.pressure(500, nil, &units) == .success(5))
        #expect(try self.pressure(400, "kPa", &units) == .success(4))
    }

    @Test func onlyTheFirstNamingIsNews() throws {
        var units = try self.units()
        var reading = try reading("press1", rpm: 25)
        reading.units = [MetricUnit(metric: .rpm, symbol: "Hz"), MetricUnit(metric: .torque, symbol: "Nm")]
        // No torque in it: its unit says nothing.
        #expect(try units.admit(&reading) == [MetricUnit(metric: .rpm, symbol: "rev/s")])
        #expect(reading.metrics.rpm == 1500)
        reading = try TelemetryCoreTests.reading("press1", rpm: 25)
        reading.units = [MetricUnit(metric: .rpm, symbol: "1/s")]
        // Another spelling of the same unit.
        #expect(try units.admit(&reading).isEmpty)
        #expect(reading.metrics.rpm == 1500)
    }

    @Test(arguments: [("kPa", "psi"), ("kPa", "bar"), ("barg", "bara"), ("bar", "barg"), ("psia", "psi")])
    func anotherUnitIsRefused(first: String, second: String) throws {
        var units = try self.units()
        _ = try self.pressure(6, first, &units).get()
        let refusal = try #require(try self.refusal(second, &units))
        #expect(refusal.reason == .unitChanged)
        #expect(refusal.remedy.contains("--unit press1/pressure="))
        // What was refused changed nothing.
        _ = try self.pressure(6, first, &units).get()
    }

    @Test func theRemedyWorks() throws {
        var units = try self.units(try self.setting("psi(g)"), kept: [.pressure: "kPa"])
        #expect(try self.pressure(100, "psig", &units) == .success(100 * 0.06894757293168361))
        #expect(units.shown == [.pressure: "bar(g)"])
        #expect(try self.refusal("kPa", &units)?.reason == .unitChanged)
    }

    @Test(arguments: ["furlong", "", "rpm", "a line\nand another`", String(repeating: "x", count: 500)])
    func unknownUnitsAreRefusedWithWhatIsAllowed(symbol: String) throws {
        var units = try self.units()
        let refusal = try #require(try self.refusal(symbol, &units))
        #expect(refusal.reason == .unknownUnit)
        #expect(refusal.remedy.contains("kPa"))
        #expect(units.shown.isEmpty)
    }

    @Test func theConfigurationSpeaksForWhoNamesNone() throws {
        var units = try self.units(try self.setting("psig"))
        #expect(units.convertsUnnamed)
        #expect(units.shown == [.pressure: "bar(g)"])
        #expect(try self.pressure(100, nil, &units) == .success(100 * 0.06894757293168361))
        // A sender that names its unit is believed, but not on another kind of pressure.
        #expect(try self.refusal("kPa(a)", &units)?.reason == .unitChanged)
        #expect(try self.pressure(600, "kPa", &units) == .success(6))
        #expect(units.shown == [.pressure: "bar(g)"])
        #expect(try self.pressure(100, nil, &units) == .success(100 * 0.06894757293168361))
    }

    /// The configuration changed to another kind of pressure than the sender last named.
    @Test func aConfiguredKindThatContradictsIsRefused() throws {
        var units = try self.units(try self.setting("bara"), kept: [.pressure: "bar(g)"])
        #expect(try self.refusal(nil, &units)?.reason == .unitChanged)
    }

    @Test func extraMetricsKeepTheirWord() throws {
        var units = try self.units()
        let temperature = try metric("temperature")
        func admit(_ symbol: String) throws -> Result<Double?, MachineUnits.Refusal> {
            var reading = try reading("press1")
            reading.metrics.set(temperature, 40.5)
            reading.units = [MetricUnit(metric: temperature, symbol: symbol)]
            do {
                _ = try units.admit(&reading)
                return .success(reading.metrics.value(temperature))
            } catch {
                return .failure(error)
            }
        }
        #expect(try admit("°C") == .success(40.5))
        #expect(units.shown == [temperature: "°C"])
        #expect(try admit("°C") == .success(40.5))
        guard case .failure(let changed) = try admit("°F") else { throw Missing("a refusal") }
        #expect(changed.reason == .unitChanged)
        #expect(changed.remedy.contains("°C") && changed.remedy.contains("°F"))
        guard case .failure(let long) = try admit("seventeen bytes !") else { throw Missing("a refusal") }
        #expect(long.reason == .unknownUnit)
    }

    @Test func keepsTheUnitsOfSoManyMetrics() throws {
        var units = try self.units()
        for index in 0..<Limits.unitsPerMachineMax {
            var reading = try reading("press1")
            let name = try metric("m\(index)")
            reading.metrics.set(name, 1)
            reading.units = [MetricUnit(metric: name, symbol: "V")]
            #expect(try units.admit(&reading).count == 1)
        }
        #expect(try self.refusal("bar", &units)?.reason == .tooManyMetrics)
        #expect(units.shown.count == Limits.unitsPerMachineMax)
    }

    @Test func aValueThatOverflowsIsRefused() throws {
        var units = try self.units()
        #expect(try self.refusal("MPa", &units, value: 1e308)?.reason == .notFinite)
    }

    @Test func whatIsKeptComesBack() throws {
        var units = try self.units(kept: [.pressure: "kPa(a)", try metric("level"): "mm", .torque: "no unit"])
        #expect(units.shown == [.pressure: "bar(a)", try metric("level"): "mm"])
        #expect(try self.pressure(600, nil, &units) == .success(6))
        #expect(try self.pressure(600, "kPaA", &units) == .success(6))
        #expect(try self.refusal("kPa", &units)?.reason == .unitChanged)
    }
}
