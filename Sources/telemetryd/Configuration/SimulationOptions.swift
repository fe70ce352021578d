package import Ingest
package import TelemetryCore

/// The built-in generator's part of the configuration.
package struct SimulationOptions: Equatable, Sendable {
    package var machines: [MachineID]
    package var interval: Duration
    /// Nil: another one for each run.
    package var seed: UInt64?
    package var faults: [ScheduledFault]

    /// Nil if nothing is to be simulated. The rest is checked even then: a bad value is a mistake whether or not it
    /// matters now.
    init?(_ reader: SettingReader) throws(ConfigurationError) {
        self.interval =
            try reader.setting("simulate-interval")?.time(
                in: Limits.simulateIntervalMin...Limits.simulateIntervalMax,
                "it must be a time such as 100ms or 1s, from 1ms to 60m"
            ) ?? .seconds(1)
        self.seed = try reader.setting("simulate-seed").map(Self.seed)
        self.faults = []
        let faults = reader.settings("simulate-fault")
        for setting in faults {
            do {
                self.faults.append(try ScheduledFault(parsing: setting.value))
            } catch {
                throw setting.refused(error.description)
            }
        }
        guard let machines = reader.setting("simulate") else {
            guard let fault = faults.first else { return nil }
            throw fault.refused("there is no simulated machine; name them with --simulate")
        }
        self.machines = try Self.machines(machines)
        for (fault, setting) in zip(self.faults, faults) {
            do {
                try fault.check(machines: self.machines)
            } catch {
                throw setting.refused(error.description)
            }
        }
    }

    private static func machines(_ setting: SettingReader.Setting) throws(ConfigurationError) -> [MachineID] {
        var machines: [MachineID] = []
        for name in setting.value.split(separator: ",", omittingEmptySubsequences: false) {
            guard let machine = MachineID(String(name)) else {
                throw setting.refused("it must be machine names with commas between; \(MachineID.rule)")
            }
            guard !machines.contains(machine) else { throw setting.refused("\(name) is in it twice") }
            machines.append(machine)
        }
        guard machines.count <= Limits.simulatedMachinesMax else {
            throw setting.refused("it must be at most \(Limits.simulatedMachinesMax) machines")
        }
        return machines
    }

    private static func seed(_ setting: SettingReader.Setting) throws(ConfigurationError) -> UInt64 {
        guard let seed = UInt64(setting.value) else {
            throw setting.refused("it must be a whole number from 0 to \(UInt64.max)")
        }
        return seed
    }
}

extension MachineID {
    /// What is allowed, for people.
    static let rule = "a name is 1 to 64 of A-Z a-z 0-9 . _ - and starts with neither . nor -"
}
