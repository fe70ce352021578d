import NIOCore
import SocketIO
import Testing

/// The states of a session that events may meet, each reached through the machine's own events.
enum SessionState: CaseIterable, Sendable {
    case pollingIdle, pollHeld, postOpen, pollHeldAndPostOpen, pollingPingAwaited, pollHeldPingAwaited
    case upgrading, upgradingPollHeld, probed, probedPollHeld, probedPingAwaited, probedPostOpen
    case webSocketPingDue, webSocketPongDue, upgradedPingDue, upgradedPongLost
    case draining, drainingAfterUpgrade, farewell
    case closedTransportError, closedTransportClose, closedForced, closedPingTimeout, closedParseError, closedShutdown
    case closedRate

    /// When every session here is opened.
    static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    static let timing = EngineSession.Timing(
        pingInterval: .seconds(25), pingTimeout: .seconds(20), upgradeTimeout: .seconds(10))

    /// When the state is reached; events come at this time or later.
    var now: NIODeadline {
        switch self {
        case .pollingPingAwaited, .pollHeldPingAwaited, .probedPingAwaited, .webSocketPongDue, .upgradedPongLost:
            Self.start + .seconds(25)
        default: Self.start + .seconds(1)
        }
    }

    var isClosed: Bool {
        switch self {
        case .closedTransportError, .closedTransportClose, .closedForced, .closedPingTimeout, .closedParseError,
            .closedShutdown, .closedRate:
            true
        default: false
        }
    }

    func make() -> EngineSession {
        switch self {
        case .webSocketPingDue, .webSocketPongDue:
            var session = EngineSession(transport: .websocket, timing: Self.timing, now: Self.start)
            if self == .webSocketPongDue { _ = session.deadlineReached(now: self.now) }
            return session
        default:
            var session = EngineSession(transport: .polling, timing: Self.timing, now: Self.start)
            self.advance(&session)
            return session
        }
    }

    private func advance(_ session: inout EngineSession) {
        switch self {
        case .pollingIdle, .webSocketPingDue, .webSocketPongDue: break
        case .pollHeld: _ = session.pollArrived()
        case .postOpen: _ = session.postArrived()
        case .pollHeldAndPostOpen:
            _ = session.pollArrived()
            _ = session.postArrived()
        case .pollingPingAwaited: _ = session.deadlineReached(now: self.now)
        case .pollHeldPingAwaited:
            _ = session.pollArrived()
            _ = session.deadlineReached(now: self.now)
        case .draining: _ = session.close(.forcedClose, now: self.now)
        case .farewell: _ = session.received(.close, now: self.now)
        case .upgrading, .upgradingPollHeld, .probed, .probedPollHeld, .probedPingAwaited, .probedPostOpen,
            .upgradedPingDue, .upgradedPongLost, .drainingAfterUpgrade:
            self.advanceUpgrade(&session)
        case .closedTransportError, .closedTransportClose, .closedForced, .closedPingTimeout, .closedParseError,
            .closedShutdown, .closedRate:
            _ = session.lose(self.closeReason)
        }
    }

    private func advanceUpgrade(_ session: inout EngineSession) {
        if [.upgradingPollHeld, .probedPollHeld].contains(self) { _ = session.pollArrived() }
        if self == .probedPostOpen { _ = session.postArrived() }
        if [.probedPingAwaited, .upgradedPongLost].contains(self) { _ = session.deadlineReached(now: self.now) }
        _ = session.candidateArrived(now: self.now)
        if [.upgrading, .upgradingPollHeld].contains(self) { return }
        _ = session.candidateReceived(.ping, isProbe: true, now: self.now)
        if [.upgradedPingDue, .upgradedPongLost].contains(self) {
            _ = session.candidateReceived(.upgrade, isProbe: false, now: self.now)
        }
        if self == .drainingAfterUpgrade { _ = session.close(.forcedClose, now: self.now) }
    }

    /// The reason of the closed states.
    var closeReason: EngineCloseReason {
        switch self {
        case .closedTransportClose: .transportClose
        case .closedForced: .forcedClose
        case .closedPingTimeout: .pingTimeout
        case .closedParseError: .parseError
        case .closedShutdown: .serverShuttingDown
        case .closedRate: .rateExceeded
        default: .transportError
        }
    }
}

/// Everything that can happen to a session, as the driver calls it.
struct SessionEvent: Sendable, CustomTestStringConvertible {
    let name: String
    /// The order that the session answered with.
    let apply: @Sendable (inout EngineSession, NIODeadline) -> String

    var testDescription: String { self.name }

    static let all: [SessionEvent] =
        Self.requests + Self.packets + Self.endings + Self.deadlines

    private static let requests: [SessionEvent] = [
        .init(name: "pollArrived") { session, _ in "\(session.pollArrived())" },
        .init(name: "pollAnswered") { session, _ in "\(session.pollAnswered())" },
        .init(name: "pollAborted") { session, _ in "\(session.pollAborted())" },
        .init(name: "postArrived") { session, _ in "\(session.postArrived())" },
        .init(name: "postFinished") { session, _ in "\(session.postFinished())" },
        .init(name: "candidateArrived") { session, now in "\(session.candidateArrived(now: now))" },
        .init(name: "candidateLost") { session, _ in "\(session.candidateLost())" },
    ]

    private static let packets: [SessionEvent] = EnginePacketType.allCases.flatMap { type in
        [
            SessionEvent(name: "received \(type)") { session, now in "\(session.received(type, now: now))" },
            SessionEvent(name: "candidate \(type)") { session, now in
                "\(session.candidateReceived(type, isProbe: false, now: now))"
            },
            SessionEvent(name: "candidate \(type) probe") { session, now in
                "\(session.candidateReceived(type, isProbe: true, now: now))"
            },
        ]
    }

    private static let endings: [SessionEvent] =
        [
            .init(name: "parseFailed") { session, _ in "\(session.parseFailed())" },
            .init(name: "webSocketLost closed") { session, _ in "\(session.webSocketLost(.transportClose))" },
            .init(name: "webSocketLost broken") { session, _ in "\(session.webSocketLost(.transportError))" },
        ]
        + EngineCloseReason.allCases.flatMap { reason in
            [
                SessionEvent(name: "close \(reason)") { session, now in "\(session.close(reason, now: now))" },
                SessionEvent(name: "lose \(reason)") { session, _ in "\(session.lose(reason))" },
            ]
        }

    private static let deadlines: [SessionEvent] = [
        deadline("before") { $0 - .nanoseconds(1) },
        deadline("at") { $0 },
        deadline("after") { $0 + .seconds(1) },
        deadline("long after") { $0 + .hours(24) },
    ]

    private static func deadline(
        _ when: String, _ time: @escaping @Sendable (NIODeadline) -> NIODeadline
    ) -> SessionEvent {
        SessionEvent(name: "deadline \(when)") { session, now in
            let due = session.nextDeadline ?? now
            return "\(session.deadlineReached(now: time(due)))"
        }
    }
}
