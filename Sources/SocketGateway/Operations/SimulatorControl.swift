package import TelemetryCore

/// Puts faults into simulated machines. The daemon makes it from Ingest's simulator: this target does not know it.
package struct SimulatorControl: Sendable {
    /// Why a fault was not put in.
    package enum Refusal: Error, Equatable, Sendable {
        /// That machine is not simulated; these are.
        case unknownMachine(known: [String])
        /// There is no such fault; these there are.
        case unknownFault(known: [String])
        /// One sentence: why it cannot be done with this duration, or now.
        case notNow(String)
    }

    /// Machine, name of the fault, how long (nil: the fault's own time). Any thread; must not block.
    package typealias Fault = @Sendable (MachineID, String, Duration?) throws(Refusal) -> Void

    /// The names that `fault` knows.
    package let faults: [String]
    let fault: Fault

    /// A control that knows these faults.
    package init(faults: [String], fault: @escaping Fault) {
        self.faults = faults
        self.fault = fault
    }
}
