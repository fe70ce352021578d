package import TelemetryCore

/// A fault at a given time: `press1:leak@30s+2m` begins 30 s after the simulator and lasts two minutes.
package struct ScheduledFault: Hashable, Sendable {
    package let machine: MachineID
    package let fault: SimulatorFault
    /// After the first readings.
    package let start: Duration
    package let duration: Duration

    /// `MACHINE:FAULT@START+DURATION`. The error is one line.
    package init(parsing text: String) throws(SimulatorFaultError) {
        let form = "a fault is written MACHINE:FAULT@START+DURATION, like press1:leak@30s+2m"
        // From the end: neither a fault nor a length of time has a colon, an at sign or a plus in it.
        guard let plus = text.lastIndex(of: "+"), let at = text[..<plus].lastIndex(of: "@"),
            let colon = text[..<at].lastIndex(of: ":")
        else { throw SimulatorFaultError(.badSchedule, form) }
        guard let machine = MachineID(String(text[..<colon])) else {
            throw SimulatorFaultError(.unknownMachine, "\(form); this names no machine")
        }
        let startText = text[text.index(after: at)..<plus]
        // A fault from the start on is fine, though no length of time is zero.
        let isAtOnce = startText == "0" || startText == "0s"
        guard let start = isAtOnce ? .zero : SpanText.parse(startText),
            let duration = SpanText.parse(text[text.index(after: plus)...])
        else { throw SimulatorFaultError(.badDuration, "\(form); times are like 100ms, 30s, 2m, 1h") }
        self.machine = machine
        self.fault = try SimulatorFault(parsing: String(text[text.index(after: colon)..<at]))
        try SimulatorFault.check(duration)
        self.start = start
        self.duration = duration
    }

    /// Throws when the machine is not among those that are simulated.
    package func check(machines: [MachineID]) throws(SimulatorFaultError) {
        try Self.check(self.machine, among: machines)
    }

    static func check(_ machine: MachineID, among machines: [MachineID]) throws(SimulatorFaultError) {
        guard !machines.contains(machine) else { return }
        let names = machines.prefix(8).map(\.name).joined(separator: ", ") + (machines.count > 8 ? " …" : "")
        throw SimulatorFaultError(.unknownMachine, "`\(machine)` is not simulated; there are \(names)")
    }
}
