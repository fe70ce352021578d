/// Why a fault cannot be had: one line for people.
package struct SimulatorFaultError: Error, Hashable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case unknownMachine, unknownFault, badDuration, badSchedule
        /// Too many faults wait for their turn.
        case busy
    }

    package let kind: Kind
    package let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

extension SimulatorFault {
    /// By its name. The error lists them.
    package init(parsing text: String) throws(SimulatorFaultError) {
        guard let fault = SimulatorFault(rawValue: text) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            let shown = ReadingMembers.shown(text.utf8)
            throw SimulatorFaultError(.unknownFault, "\(shown) is no fault; there are \(names)")
        }
        self = fault
    }

    static func check(_ duration: Duration) throws(SimulatorFaultError) {
        guard duration > .zero, duration <= Limits.simulatorFaultMax else {
            let hours = Limits.simulatorFaultMax.wholeMilliseconds / 3_600_000
            throw SimulatorFaultError(.badDuration, "a fault lasts from 1ms to \(hours)h, like 30s or 2m")
        }
    }
}
