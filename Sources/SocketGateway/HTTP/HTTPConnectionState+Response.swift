package import NIOCore

/// The response's side.
extension HTTPConnectionState {
    /// The head of a response is about to be written. 101 gives the connection away; `keepsAlive` is what its header
    /// says.
    package mutating func responseHeadWritten(status: Int, keepsAlive: Bool) -> OnResponsePart {
        let isInformational = (100..<200).contains(status)
        switch consume self.phase {
        case .receiving(var exchange, let until):
            guard status != 101 else {
                self = Self(.takenOver)
                return .forwardAndStepAside
            }
            exchange.responseHasBegun = exchange.responseHasBegun || !isInformational
            exchange.keepsAlive = exchange.keepsAlive && keepsAlive
            self = Self(.receiving(exchange, until: until))
            return .forward
        case .responding(var exchange):
            guard status != 101 else {
                self = Self(.takenOver)
                return .forwardAndStepAside
            }
            exchange.responseHasBegun = exchange.responseHasBegun || !isInformational
            exchange.keepsAlive = exchange.keepsAlive && keepsAlive
            self = Self(.responding(exchange))
            return .forward
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .waiting(let until):
            self = Self(.waiting(until: until))
            return .fail
        case .receivingAfterResponse(let exchange, let until):
            self = Self(.receivingAfterResponse(exchange, until: until))
            return .fail
        case .draining(let until):
            self = Self(.draining(until: until))
            return .fail
        case .closed:
            self = Self(.closed)
            return .fail
        }
    }

    /// The end of a response is about to be written.
    package mutating func responseEndWritten(now: NIODeadline) -> OnResponsePart {
        switch consume self.phase {
        case .responding(let exchange):
            guard exchange.keepsAlive else {
                self = Self(.draining(until: now + Limits.drainTimeout))
                return .forwardAndFinish
            }
            self = Self(.waiting(until: now + Limits.keepAliveTimeout))
            return .forward
        case .receiving(let exchange, let until):
            self = Self(.receivingAfterResponse(exchange, until: until))
            return .forward
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .waiting(let until):
            self = Self(.waiting(until: until))
            return .fail
        case .receivingAfterResponse(let exchange, let until):
            self = Self(.receivingAfterResponse(exchange, until: until))
            return .fail
        case .draining(let until):
            self = Self(.draining(until: until))
            return .fail
        case .closed:
            self = Self(.closed)
            return .fail
        }
    }

    /// Whether a new request has to wait for the response to the one before.
    package var holdsRequests: Bool {
        switch self.phase {
        case .responding: true
        case .waiting: false
        case .receiving: false
        case .receivingAfterResponse: false
        case .draining: false
        case .takenOver: false
        case .closed: false
        }
    }

    /// Whether the connection ends with the present response.
    package var endsWithResponse: Bool {
        switch self.phase {
        case .receiving(let exchange, _): !exchange.keepsAlive
        case .responding(let exchange): !exchange.keepsAlive
        case .receivingAfterResponse(let exchange, _): !exchange.keepsAlive
        case .waiting: false
        case .takenOver: false
        case .draining: true
        case .closed: true
        }
    }

    /// Part of a response's body is about to be written: may it?
    package var mayWriteBody: Bool {
        switch self.phase {
        case .receiving: true
        case .responding: true
        case .takenOver: true
        case .waiting: false
        case .receivingAfterResponse: false
        case .draining: false
        case .closed: false
        }
    }
}
