/// In which unit a sender sends that names none, from the configuration. Without a setting: rev/min, N·m, bar.
package struct UnitSettings: Hashable, Sendable {
    private var ofAll: [MetricName: MeasurementUnit] = [:]
    private var ofMachines: [MachineID: [MetricName: MeasurementUnit]] = [:]

    package init() {}

    /// For one machine, or for all that have no setting of their own (`nil`). The last one wins.
    package mutating func set(machine: MachineID?, metric: MetricName, unit: MeasurementUnit) {
        if let machine {
            self.ofMachines[machine, default: [:]][metric] = unit
        } else {
            self.ofAll[metric] = unit
        }
    }

    package var isEmpty: Bool { self.ofAll.isEmpty && self.ofMachines.isEmpty }

    /// The machine's own setting, else the one for all.
    package func unit(of metric: MetricName, machine: MachineID) -> MeasurementUnit? {
        self.ofMachines[machine]?[metric] ?? self.ofAll[metric]
    }
}
