/// What people are told about a machine.
package enum MachineState: String, Sendable, CaseIterable {
    /// Readings come as expected.
    case live
    /// Some expected readings did not come.
    case stale
    /// It said so itself (status topic, last will), or nothing came for long.
    case offline
}
