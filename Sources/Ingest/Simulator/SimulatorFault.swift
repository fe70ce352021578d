/// What can go wrong with a simulated machine, its sensors or its connection. Each case says what a viewer sees.
package enum SimulatorFault: String, CaseIterable, Sendable {
    /// The shaft is blocked: rpm falls to 0 within a second or two while torque climbs to nearly twice the rated one,
    /// and pressure collapses. Afterwards all comes back within some ten seconds.
    case stall
    /// The hydraulics leak: pressure sinks within a minute to a sixth; rpm and torque go on as if nothing were.
    /// Afterwards it recovers within some ten seconds.
    case leak
    /// The sensors hang: readings go on coming, and every one has exactly the same values.
    case flatline
    /// The connection is gone: no reading comes, so the machine becomes late, then stale, then offline. No `seq` is
    /// missing afterwards: nothing was lost, nothing was there.
    case dropout
    /// The machine's clock is five minutes fast: times jump ahead (flagged `clock`), and back again afterwards.
    case clockjump
    /// Ten readings instead of one, all at once, with times spread over the interval: a device that sends what it has
    /// stored up.
    case burst
    /// The torque sensor wanders off: half a percent more every second, up to 60 %. Afterwards it is right at once.
    case drift
    /// About every fifth reading has one value far beyond the machine's range, and the next is as usual.
    case spike
}
