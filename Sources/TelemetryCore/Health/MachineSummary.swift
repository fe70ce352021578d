/// One line of the list of machines.
package struct MachineSummary: Sendable {
    package let machine: MachineID
    package let status: MachineStatus
    package let lastSequence: Int64
    /// The newest reading that is not historical; `nil` when the ring has none.
    package let latest: StoredReading?
    /// Live, but no metric came in time: one and a half of the intervals have passed.
    package var isLate = false
    /// By name; the three standard ones and at most `Limits.trackedExtrasMax` others.
    package var metrics: [MetricStatus] = []
    /// What the source says of the machine: its site, its line …
    package var labels: [String: String] = [:]
    /// Of the values as they are stored and shown, where a unit was named: `bar(g)`, `°C`. A standard metric that is
    /// absent is in its canonical unit, and of a pressure nobody said whether it is gauge or absolute.
    package var units: [MetricName: String] = [:]
    package var ledger: MachineLedger
}
