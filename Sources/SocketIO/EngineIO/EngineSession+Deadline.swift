package import NIOCore

/// Time. The session stores its deadlines, the driver arms one timer for the nearest of them and asks again when it
/// fires.
extension EngineSession {
    /// When `deadlineReached` has something to do; `nil` when closed.
    package var nextDeadline: NIODeadline? {
        switch self.state {
        case .polling(let polling): return polling.heartbeat.deadline
        case .upgrading(let upgrading):
            let nearest = min(upgrading.polling.heartbeat.deadline, upgrading.expires)
            return upgrading.noopDue.map { min($0, nearest) } ?? nearest
        case .webSocket(let heartbeat): return heartbeat.deadline
        case .draining(_, let until): return until
        case .farewell(let until): return until
        case .closed: return nil
        }
    }

    package enum OnDeadline: Equatable, Sendable {
        /// Write a ping on the current transport (or leave it for the next poll).
        case sendPing
        /// Answer the held poll with noop.
        case sendNoop
        /// The upgrade took too long: close the candidate, stay on polling.
        case closeCandidate
        /// Close the session with this reason.
        case close(EngineCloseReason)
        /// Nobody fetched the close packet: forget the session, the application already knows.
        case forget
        /// Do nothing: it is not time yet.
        case none
    }

    /// To be asked until it says `none`: several deadlines may have passed at once.
    package mutating func deadlineReached(now: NIODeadline) -> OnDeadline {
        switch consume self.state {
        case .polling(var polling):
            let order = polling.heartbeat.deadlineReached(now: now)
            let next = Self.after(order, .polling(polling))
            self = Self(next, timing: self.timing)
            return OnDeadline(order)
        case .webSocket(var heartbeat):
            let order = heartbeat.deadlineReached(now: now)
            let next = Self.after(order, .webSocket(heartbeat))
            self = Self(next, timing: self.timing)
            return OnDeadline(order)
        case .upgrading(var upgrading):
            if now >= upgrading.expires {
                self = Self(.polling(upgrading.polling), timing: self.timing)
                return .closeCandidate
            }
            if let due = upgrading.noopDue, now >= due {
                upgrading.noopDue = now + self.timing.noopInterval
                let isHeld = upgrading.polling.isPollHeld
                self = Self(.upgrading(upgrading), timing: self.timing)
                return isHeld ? .sendNoop : .none
            }
            let order = upgrading.polling.heartbeat.deadlineReached(now: now)
            let next = Self.after(order, .upgrading(upgrading))
            self = Self(next, timing: self.timing)
            return OnDeadline(order)
        case .draining(let reason, let until):
            guard now >= until else {
                self = Self(.draining(reason, until: until), timing: self.timing)
                return .none
            }
            self = Self(.closed(reason), timing: self.timing)
            return .forget
        case .farewell(let until):
            guard now >= until else {
                self = Self(.farewell(until: until), timing: self.timing)
                return .none
            }
            self = Self(.closed(.transportClose), timing: self.timing)
            return .forget
        case .closed(let reason):
            self = Self(.closed(reason), timing: self.timing)
            return .none
        }
    }

    /// A heartbeat that expired closes the session, whatever it was doing.
    private static func after(_ order: EngineHeartbeat.OnDeadline, _ state: consuming State) -> State {
        order == .expired ? .closed(.pingTimeout) : state
    }

    // MARK: Questions

    /// The transport that messages go out on; `nil` when the application no longer may send.
    package var transport: EngineTransport? {
        switch self.state {
        case .polling: return .polling
        case .upgrading: return .polling
        case .webSocket: return .websocket
        case .draining: return nil
        case .farewell: return nil
        case .closed: return nil
        }
    }

    /// Closed for the application, while the client still has to hear of it.
    package var isDraining: Bool {
        switch self.state {
        case .draining: return true
        default: return false
        }
    }

    package var isOpen: Bool { self.transport != nil }

    /// A candidate WebSocket is trying to take over.
    package var isUpgrading: Bool {
        switch self.state {
        case .upgrading: return true
        default: return false
        }
    }

    /// Nothing more will ever come of this session.
    package var isClosed: Bool {
        switch self.state {
        case .closed: return true
        default: return false
        }
    }

    package var isPollHeld: Bool {
        switch self.state {
        case .polling(let polling): return polling.isPollHeld
        case .upgrading(let upgrading): return upgrading.polling.isPollHeld
        case .webSocket: return false
        case .draining: return false
        case .farewell: return false
        case .closed: return false
        }
    }

    // MARK: Inner parts

    /// Runs `body` on the polling part, where there is one.
    mutating func withPolling(_ body: (inout Polling) -> Void) {
        switch consume self.state {
        case .polling(var polling):
            body(&polling)
            self = Self(.polling(polling), timing: self.timing)
        case .upgrading(var upgrading):
            body(&upgrading.polling)
            self = Self(.upgrading(upgrading), timing: self.timing)
        case .webSocket(let heartbeat): self = Self(.webSocket(heartbeat), timing: self.timing)
        case .draining(let reason, let until): self = Self(.draining(reason, until: until), timing: self.timing)
        case .farewell(let until): self = Self(.farewell(until: until), timing: self.timing)
        case .closed(let reason): self = Self(.closed(reason), timing: self.timing)
        }
    }

    /// Runs `body` on the heartbeat, where there is one.
    mutating func withHeartbeat(_ body: (inout EngineHeartbeat) -> Void) {
        switch consume self.state {
        case .polling(var polling):
            body(&polling.heartbeat)
            self = Self(.polling(polling), timing: self.timing)
        case .upgrading(var upgrading):
            body(&upgrading.polling.heartbeat)
            self = Self(.upgrading(upgrading), timing: self.timing)
        case .webSocket(var heartbeat):
            body(&heartbeat)
            self = Self(.webSocket(heartbeat), timing: self.timing)
        case .draining(let reason, let until): self = Self(.draining(reason, until: until), timing: self.timing)
        case .farewell(let until): self = Self(.farewell(until: until), timing: self.timing)
        case .closed(let reason): self = Self(.closed(reason), timing: self.timing)
        }
    }
}

extension EngineSession.OnDeadline {
    fileprivate init(_ order: EngineHeartbeat.OnDeadline) {
        switch order {
        case .ping: self = .sendPing
        case .expired: self = .close(.pingTimeout)
        case .none: self = .none
        }
    }
}
