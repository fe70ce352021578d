/// What came in over HTTP since the start of the process.
package struct IntakeCounters: Equatable, Sendable {
    /// Requests whose body was read.
    package var requests = 0
    /// Bytes of their bodies.
    package var bytes = 0
    package var committedReadings = 0
    /// Elements that were refused, by reason.
    package var refused: [String: Int] = [:]
    /// Requests answered from the idempotency window.
    package var replays = 0
    /// Requests turned away because the queue or the memory for bodies was full, or the store refused.
    package var turnedAway = 0

    package init() {}
}
