package import NIOCore

/// Everything that leads to the end of the connection.
extension HTTPConnectionState {
    /// The bytes of a request did not parse. A response that is outstanding is still written; then the connection ends.
    package mutating func parseFailed(_ refusal: Refusal, now: NIODeadline) -> OnRequestPart {
        switch consume self.phase {
        case .waiting:
            self = Self(.draining(until: now + Limits.drainTimeout))
            return .refuse(refusal)
        case .receiving(let exchange, _):
            self = Self(.draining(until: now + Limits.drainTimeout))
            return exchange.responseHasBegun ? .drop : .refuse(refusal)
        case .responding(var exchange):
            exchange.keepsAlive = false
            self = Self(.responding(exchange))
            return .drop
        case .receivingAfterResponse:
            self = Self(.draining(until: now + Limits.drainTimeout))
            return .drop
        case .draining(let until):
            self = Self(.draining(until: until))
            return .drop
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .closed:
            self = Self(.closed)
            return .drop
        }
    }

    /// The peer closed its half.
    package mutating func inputClosed() -> OnInputClosed {
        switch consume self.phase {
        case .responding(var exchange):
            exchange.keepsAlive = false
            self = Self(.responding(exchange))
            return .forward
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .waiting:
            self = Self(.closed)
            return .close
        case .receiving:
            self = Self(.closed)
            return .close
        case .receivingAfterResponse:
            self = Self(.closed)
            return .close
        case .draining:
            self = Self(.closed)
            return .close
        case .closed:
            self = Self(.closed)
            return .close
        }
    }

    /// The server is to end.
    package mutating func quiesce(now: NIODeadline) -> OnQuiesce {
        switch consume self.phase {
        case .receiving(var exchange, let until):
            exchange.keepsAlive = false
            self = Self(.receiving(exchange, until: min(until, now + Limits.quiesceTimeout)))
            return .none
        case .receivingAfterResponse(var exchange, let until):
            exchange.keepsAlive = false
            self = Self(.receivingAfterResponse(exchange, until: min(until, now + Limits.quiesceTimeout)))
            return .none
        case .responding(var exchange):
            exchange.keepsAlive = false
            self = Self(.responding(exchange))
            return .none
        case .draining(let until):
            self = Self(.draining(until: min(until, now + Limits.quiesceTimeout)))
            return .none
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .waiting:
            self = Self(.closed)
            return .close
        case .closed:
            self = Self(.closed)
            return .none
        }
    }

    /// The timer fired at `now`.
    package mutating func deadlineReached(now: NIODeadline) -> OnDeadline {
        guard let deadline = self.deadline else { return .none }
        guard deadline <= now else { return .rearm(deadline) }
        self = Self(.closed)
        return .close
    }

    /// The connection is gone.
    package mutating func becameInactive() {
        self = Self(.closed)
    }
}
