package import NIOCore

/// The heartbeat of one session (engine.io-protocol v4, "Heartbeat"): the **server** pings every `pingInterval`, the
/// client has `pingTimeout` to answer. Only a pong answers; other traffic does not count. It belongs to the session and
/// not to a transport, so it runs on while nobody polls and across an upgrade.
package struct EngineHeartbeat: Equatable, Sendable {
    package enum Phase: Equatable, Sendable {
        case pingDue(at: NIODeadline)
        case pongDue(by: NIODeadline)
    }

    package private(set) var phase: Phase
    private let interval: TimeAmount
    private let timeout: TimeAmount

    package init(interval: TimeAmount, timeout: TimeAmount, now: NIODeadline) {
        self.interval = interval
        self.timeout = timeout
        self.phase = .pingDue(at: now + interval)
    }

    package var deadline: NIODeadline {
        switch self.phase {
        case .pingDue(let at): at
        case .pongDue(let by): by
        }
    }

    package enum OnDeadline: Equatable, Sendable {
        /// Write a ping.
        case ping
        /// Close with `ping timeout`.
        case expired
        /// Do nothing: it is not time yet.
        case none
    }

    package mutating func deadlineReached(now: NIODeadline) -> OnDeadline {
        guard now >= self.deadline else { return .none }
        switch self.phase {
        case .pingDue(let at):
            // Counted from when the ping was due, so that a busy loop does not stretch the promise that the client was
            // given; but a process that was stopped for long leaves its clients time to answer.
            self.phase = .pongDue(by: max(at + self.timeout, now + .nanoseconds(self.timeout.nanoseconds / 2)))
            return .ping
        case .pongDue:
            return .expired
        }
    }

    /// A pong that was not asked for is dropped: it must not let a client put off its next ping for ever.
    package mutating func pongReceived(now: NIODeadline) {
        guard case .pongDue = self.phase else { return }
        self.phase = .pingDue(at: now + self.interval)
    }

    /// The session moved to another transport. A pong that was on its way over the old one is lost (its POST is refused
    /// by then), so the question is asked again; the client still hears a ping within interval + timeout of the last
    /// one.
    package mutating func transportSwapped(now: NIODeadline) {
        guard case .pongDue(let by) = self.phase else { return }
        self.phase = .pingDue(at: max(now, by - self.timeout + self.interval))
    }
}
