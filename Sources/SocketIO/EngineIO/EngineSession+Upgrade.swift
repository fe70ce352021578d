package import NIOCore

/// The change from polling to WebSocket (engine.io-protocol v4, "Upgrade"): `2probe`, `3probe`, `5`. Messages go on
/// over polling meanwhile; whatever goes wrong ends the candidate WebSocket and never the session.
extension EngineSession {
    package enum OnCandidate: Equatable, Sendable {
        /// Keep the WebSocket beside the polling transport.
        case accept
        /// Close this WebSocket; the session goes on where it is.
        case refuse
    }

    /// A WebSocket that names this session was opened.
    package mutating func candidateArrived(now: NIODeadline) -> OnCandidate {
        switch consume self.state {
        case .polling(let polling):
            let expires = now + self.timing.upgradeTimeout
            self = Self(.upgrading(Upgrading(polling: polling, expires: expires)), timing: self.timing)
            return .accept
        case .upgrading(let upgrading):
            self = Self(.upgrading(upgrading), timing: self.timing)
            return .refuse
        case .webSocket(let heartbeat):
            self = Self(.webSocket(heartbeat), timing: self.timing)
            return .refuse
        case .draining(let reason, let until):
            self = Self(.draining(reason, until: until), timing: self.timing)
            return .refuse
        case .farewell(let until):
            self = Self(.farewell(until: until), timing: self.timing)
            return .refuse
        case .closed(let reason):
            self = Self(.closed(reason), timing: self.timing)
            return .refuse
        }
    }

    package enum OnCandidatePacket: Equatable, Sendable {
        /// Write `3probe` to the candidate; end the held poll, if any, with noop.
        case answerProbe(endPoll: Bool)
        /// The candidate is the transport now: refuse a poll that is still held, send what is queued. Such a poll came
        /// after the probe, so it may as well be one that the client sent behind its `5` and that was faster on another
        /// event loop (trap 19); the official clients hold none at this point.
        case promote(refusePoll: Bool)
        /// Close the candidate; the session stays on polling.
        case closeCandidate
        /// Do nothing: there is no candidate any more.
        case none
    }

    /// A packet came over the candidate. `isProbe`: its payload is `probe`.
    package mutating func candidateReceived(
        _ type: EnginePacketType, isProbe: Bool, now: NIODeadline
    ) -> OnCandidatePacket {
        switch consume self.state {
        case .upgrading(var upgrading):
            switch (type, isProbe) {
            case (.ping, true):
                let isHeld = upgrading.polling.isPollHeld
                upgrading.noopDue = now + self.timing.noopInterval
                self = Self(.upgrading(upgrading), timing: self.timing)
                return .answerProbe(endPoll: isHeld)
            case (.upgrade, _):
                var heartbeat = upgrading.polling.heartbeat
                let isHeld = upgrading.polling.isPollHeld
                heartbeat.transportSwapped(now: now)
                self = Self(.webSocket(heartbeat), timing: self.timing)
                return .promote(refusePoll: isHeld)
            default:
                self = Self(.polling(upgrading.polling), timing: self.timing)
                return .closeCandidate
            }
        case .polling(let polling):
            self = Self(.polling(polling), timing: self.timing)
            return .none
        case .webSocket(let heartbeat):
            self = Self(.webSocket(heartbeat), timing: self.timing)
            return .none
        case .draining(let reason, let until):
            self = Self(.draining(reason, until: until), timing: self.timing)
            return .none
        case .farewell(let until):
            self = Self(.farewell(until: until), timing: self.timing)
            return .none
        case .closed(let reason):
            self = Self(.closed(reason), timing: self.timing)
            return .none
        }
    }

    /// The candidate is gone, or sent what is no packet: the session stays on polling.
    package mutating func candidateLost() {
        switch consume self.state {
        case .upgrading(let upgrading): self = Self(.polling(upgrading.polling), timing: self.timing)
        case .polling(let polling): self = Self(.polling(polling), timing: self.timing)
        case .webSocket(let heartbeat): self = Self(.webSocket(heartbeat), timing: self.timing)
        case .draining(let reason, let until): self = Self(.draining(reason, until: until), timing: self.timing)
        case .farewell(let until): self = Self(.farewell(until: until), timing: self.timing)
        case .closed(let reason): self = Self(.closed(reason), timing: self.timing)
        }
    }
}
