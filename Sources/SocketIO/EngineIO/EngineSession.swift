package import NIOCore

/// Life of one Engine.IO session (engine.io-protocol v4, "Transports", "Upgrade", "Heartbeat"): which transport it is
/// on, what each request and packet means there, and when it is over. Without I/O and without a clock: events come in
/// with their time, each answers with one order for the driver (``EngineConnection``).
///
/// Three kinds of invalid input:
/// - *unreachable* (our bug): none; every event is defined in every state, `closed` absorbs.
/// - *protocol error* (the peer's): two polls or two posts at once, a ping from the client, a packet that cannot be
///   read. The order closes the session with the reason that the protocol names.
/// - *silent drop* (a race): a poll that was aborted after its answer left, packets that arrive while the session
///   drains, a pong nobody waits for, the death of a WebSocket that was already given up.
package struct EngineSession: ~Copyable {
    package struct Timing: Equatable, Sendable {
        package var pingInterval: TimeAmount
        package var pingTimeout: TimeAmount
        package var upgradeTimeout: TimeAmount
        /// How long a close waits for the poll that carries it to the client (Node: 30 s).
        package var closeTimeout: TimeAmount = .seconds(30)
        /// How long a session that the peer has closed still answers one poll with noop. On several event loops the
        /// close may overtake the poll that the client sent before it.
        package var farewellTimeout: TimeAmount = .milliseconds(500)
        /// While probing, a held poll is ended this often, since the client may open another one.
        package var noopInterval: TimeAmount = .milliseconds(100)

        package init(pingInterval: TimeAmount, pingTimeout: TimeAmount, upgradeTimeout: TimeAmount) {
            self.pingInterval = pingInterval
            self.pingTimeout = pingTimeout
            self.upgradeTimeout = upgradeTimeout
        }
    }

    struct Polling: ~Copyable {
        var heartbeat: EngineHeartbeat
        var isPollHeld = false
        var isPostOpen = false
    }

    struct Upgrading: ~Copyable {
        var polling: Polling
        let expires: NIODeadline
        /// When a held poll is to be ended next; `nil` until the client has probed.
        var noopDue: NIODeadline?
    }

    enum State: ~Copyable {
        case polling(Polling)
        case upgrading(Upgrading)
        case webSocket(EngineHeartbeat)
        /// Closed for the application; the client learns it with its next poll.
        case draining(EngineCloseReason, until: NIODeadline)
        /// Closed by the peer, whose poll from before that may still be on its way.
        case farewell(until: NIODeadline)
        case closed(EngineCloseReason)
    }

    let timing: Timing
    /// Written only by whole replacement (`self = Self(next, …)`), here and in the extensions of this type.
    var state: State

    init(_ state: consuming State, timing: Timing) {
        self.timing = timing
        self.state = state
    }

    /// A session that was just opened over `transport`.
    package init(transport: EngineTransport, timing: Timing, now: NIODeadline) {
        let heartbeat = EngineHeartbeat(interval: timing.pingInterval, timeout: timing.pingTimeout, now: now)
        switch transport {
        case .polling: self.init(.polling(Polling(heartbeat: heartbeat)), timing: timing)
        case .websocket: self.init(.webSocket(heartbeat), timing: timing)
        }
    }

    // MARK: Polling requests

    package enum OnPoll: Equatable, Sendable {
        /// Answer with what is queued, or keep the request until something is; then call `pollAnswered`.
        case hold
        /// Answer this one 400 without a body and the one that is held with a close packet; the session is closed.
        case rejectDuplicate(EngineCloseReason)
        /// Answer with noop and close; the session is gone afterwards.
        case answerWithClose
        /// Answer with noop; the session is gone afterwards.
        case answerWithNoop
        /// Answer with this error.
        case refuse(EngineErrorCode)
    }

    /// A GET of this session arrived.
    package mutating func pollArrived() -> OnPoll {
        switch consume self.state {
        case .polling(var polling):
            guard !polling.isPollHeld else {
                self = Self(.closed(.transportError), timing: self.timing)
                return .rejectDuplicate(.transportError)
            }
            polling.isPollHeld = true
            self = Self(.polling(polling), timing: self.timing)
            return .hold
        case .upgrading(var upgrading):
            guard !upgrading.polling.isPollHeld else {
                self = Self(.closed(.transportError), timing: self.timing)
                return .rejectDuplicate(.transportError)
            }
            upgrading.polling.isPollHeld = true
            self = Self(.upgrading(upgrading), timing: self.timing)
            return .hold
        case .webSocket(let heartbeat):
            self = Self(.webSocket(heartbeat), timing: self.timing)
            return .refuse(.badRequest)
        case .draining(let reason, _):
            self = Self(.closed(reason), timing: self.timing)
            return .answerWithClose
        case .farewell:
            self = Self(.closed(.transportClose), timing: self.timing)
            return .answerWithNoop
        case .closed(let reason):
            self = Self(.closed(reason), timing: self.timing)
            return .refuse(.sessionUnknown)
        }
    }

    /// The held GET was answered.
    package mutating func pollAnswered() {
        self.withPolling { $0.isPollHeld = false }
    }

    package enum OnLoss: Equatable, Sendable {
        /// Tell the application and forget the session.
        case close(EngineCloseReason)
        /// Do nothing: it no longer mattered.
        case none
    }

    /// The connection of the held GET broke before an answer.
    package mutating func pollAborted() -> OnLoss {
        var wasHeld = false
        self.withPolling { wasHeld = $0.isPollHeld }
        return wasHeld ? self.lose(.transportError) : .none
    }

    package enum OnPost: Equatable, Sendable {
        /// Read the body, hand its packets over, answer `ok`, call `postFinished`.
        case accept
        /// Answer 400 without a body; the session is closed.
        case rejectDuplicate(EngineCloseReason)
        /// Answer with this error.
        case refuse(EngineErrorCode)
    }

    /// The head of a POST of this session arrived.
    package mutating func postArrived() -> OnPost {
        switch consume self.state {
        case .polling(var polling):
            guard !polling.isPostOpen else {
                self = Self(.closed(.transportError), timing: self.timing)
                return .rejectDuplicate(.transportError)
            }
            polling.isPostOpen = true
            self = Self(.polling(polling), timing: self.timing)
            return .accept
        case .upgrading(var upgrading):
            guard !upgrading.polling.isPostOpen else {
                self = Self(.closed(.transportError), timing: self.timing)
                return .rejectDuplicate(.transportError)
            }
            upgrading.polling.isPostOpen = true
            self = Self(.upgrading(upgrading), timing: self.timing)
            return .accept
        case .webSocket(let heartbeat):
            self = Self(.webSocket(heartbeat), timing: self.timing)
            return .refuse(.badRequest)
        case .draining(let reason, let until):
            self = Self(.draining(reason, until: until), timing: self.timing)
            return .accept
        case .farewell(let until):
            self = Self(.farewell(until: until), timing: self.timing)
            return .refuse(.sessionUnknown)
        case .closed(let reason):
            self = Self(.closed(reason), timing: self.timing)
            return .refuse(.sessionUnknown)
        }
    }

    /// The POST was answered, whatever the answer.
    package mutating func postFinished() {
        self.withPolling { $0.isPostOpen = false }
    }

    // MARK: Packets

    package enum OnPacket: Equatable, Sendable {
        /// Give the message to the application.
        case deliver
        /// The peer says good-bye: end a held poll with noop (or close the WebSocket), tell the application.
        case closeByPeer
        /// The same, but no poll is held: answer the one that may be on its way with noop.
        case closeByPeerAwaitingPoll
        /// Close the session with this reason.
        case close(EngineCloseReason)
        /// Do nothing.
        case none
    }

    /// A packet came over the transport that the session is on.
    package mutating func received(_ type: EnginePacketType, now: NIODeadline) -> OnPacket {
        guard self.isOpen else { return .none }
        switch type {
        case .message: return .deliver
        case .pong:
            self.withHeartbeat { $0.pongReceived(now: now) }
            return .none
        case .ping:  // "invalid heartbeat direction": in version 4 the server pings.
            self = Self(.closed(.transportError), timing: self.timing)
            return .close(.transportError)
        case .close:
            guard self.transport == .polling, !self.isPollHeld else {
                self = Self(.closed(.transportClose), timing: self.timing)
                return .closeByPeer
            }
            self = Self(.farewell(until: now + self.timing.farewellTimeout), timing: self.timing)
            return .closeByPeerAwaitingPoll
        case .open, .upgrade, .noop: return .none
        }
    }

    /// What arrived on the session's transport is no packet.
    package mutating func parseFailed() -> OnLoss { self.lose(.parseError) }

    /// The session's WebSocket is gone (`transportClose`: closed by the peer; `transportError`: broken).
    package mutating func webSocketLost(_ reason: EngineCloseReason) -> OnLoss {
        guard self.transport == .websocket else { return .none }
        return self.lose(reason)
    }

    // MARK: Closing

    package enum OnClose: Equatable, Sendable {
        /// Flush, add a close packet, answer the held poll; the session is gone.
        case answerHeldPoll
        /// Keep what is queued until the next poll asks for it, at most until the deadline.
        case awaitPoll
        /// Flush and close the WebSocket; the session is gone.
        case closeWebSocket
        /// Do nothing: it is closed.
        case none
    }

    /// The server ends the session in order.
    package mutating func close(_ reason: EngineCloseReason, now: NIODeadline) -> OnClose {
        let isHeld: Bool
        switch consume self.state {
        case .polling(let polling): isHeld = polling.isPollHeld
        case .upgrading(let upgrading): isHeld = upgrading.polling.isPollHeld
        case .webSocket:
            self = Self(.closed(reason), timing: self.timing)
            return .closeWebSocket
        case .draining(let first, let until):
            self = Self(.draining(first, until: until), timing: self.timing)
            return .none
        case .farewell(let until):
            self = Self(.farewell(until: until), timing: self.timing)
            return .none
        case .closed(let first):
            self = Self(.closed(first), timing: self.timing)
            return .none
        }
        if isHeld {
            self = Self(.closed(reason), timing: self.timing)
            return .answerHeldPoll
        }
        self = Self(.draining(reason, until: now + self.timing.closeTimeout), timing: self.timing)
        return .awaitPoll
    }

    /// The session ends at once, whatever is still queued. `none` if the application already knows.
    package mutating func lose(_ reason: EngineCloseReason) -> OnLoss {
        switch consume self.state {
        case .polling:
            self = Self(.closed(reason), timing: self.timing)
            return .close(reason)
        case .upgrading:
            self = Self(.closed(reason), timing: self.timing)
            return .close(reason)
        case .webSocket:
            self = Self(.closed(reason), timing: self.timing)
            return .close(reason)
        case .draining(let first, _):
            self = Self(.closed(first), timing: self.timing)
            return .none
        case .farewell:
            self = Self(.closed(.transportClose), timing: self.timing)
            return .none
        case .closed(let first):
            self = Self(.closed(first), timing: self.timing)
            return .none
        }
    }
}
