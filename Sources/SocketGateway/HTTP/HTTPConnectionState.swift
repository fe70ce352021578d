package import NIOCore

/// The life of one HTTP/1 connection as ``HTTPConnectionGuard`` sees it: who may speak next, until when, and whether
/// the connection survives the present exchange. Pure: no channel, no clock.
///
/// Invalid input is one of three kinds:
/// - unreachable (our bug): none; every event is answered in every state, because the peer chooses the order of events;
/// - protocol error (the peer's): a body above the limit or a head that does not parse is answered and the connection
///   ends;
/// - silent drop (a race): anything after the connection was given away (`takenOver`) or is ending (`draining`,
///   `closed`).
package struct HTTPConnectionState: ~Copyable {
    /// One request and its response.
    struct Exchange {
        var keepsAlive: Bool
        var bodyBytes = 0
        var responseHasBegun = false
    }

    enum Phase: ~Copyable {
        /// No request is under way; a head must be complete by the deadline.
        case waiting(until: NIODeadline)
        /// The head is there, the end is not; it must come by the deadline.
        case receiving(Exchange, until: NIODeadline)
        /// The request is complete; the response may take as long as it wants (a poll is held for 25 s).
        case responding(Exchange)
        /// The response was complete before the request was.
        case receivingAfterResponse(Exchange, until: NIODeadline)
        /// Our half is closed; the peer has until the deadline to close its own.
        case draining(until: NIODeadline)
        /// Another protocol owns the bytes.
        case takenOver
        case closed
    }

    /// What to do with a part of a request.
    package enum OnRequestPart: Equatable, Sendable {
        /// Pass it on.
        case forward
        /// Pass it on, then close our half: the exchange is complete and was the last one.
        case forwardAndFinish
        /// Answer with this refusal, close our half, and drop what follows.
        case refuse(Refusal)
        /// Drop it.
        case drop
    }

    /// What to do with a part of a response.
    package enum OnResponsePart: Equatable, Sendable {
        /// Pass it on.
        case forward
        /// Pass it on, then close our half.
        case forwardAndFinish
        /// Pass it on, and from now on leave all data alone.
        case forwardAndStepAside
        /// Fail the write: the connection has been answered and is ending.
        case fail
    }

    /// What to do when the peer closed its half.
    package enum OnInputClosed: Equatable, Sendable {
        /// Close the connection: nothing is owed.
        case close
        /// Tell the later handlers; the connection closes after the response.
        case forward
    }

    /// What to do when the server is to end.
    package enum OnQuiesce: Equatable, Sendable {
        /// Close the connection: nothing is under way.
        case close
        /// Tell the later handlers: the connection is theirs.
        case forward
        /// Let the exchange end; the connection ends with it.
        case none
    }

    /// What to do when the timer fires.
    package enum OnDeadline: Equatable, Sendable {
        case close
        /// Fire again at this time.
        case rearm(NIODeadline)
        /// Nothing is awaited; the timer starts again with the next deadline.
        case none
    }

    /// What to answer to a request that cannot be served.
    package enum Refusal: Equatable, Sendable {
        case malformed
        case headerTooLarge
        case bodyTooLarge
    }

    var phase: Phase

    /// A connection that was accepted at `now`.
    package init(now: NIODeadline) {
        self.init(.waiting(until: now + Limits.firstHeadTimeout))
    }

    init(_ phase: consuming Phase) {
        self.phase = phase
    }

    /// The time by which the peer has to do something, if it has to.
    package var deadline: NIODeadline? {
        switch self.phase {
        case .waiting(let until): until
        case .receiving(_, let until): until
        case .receivingAfterResponse(_, let until): until
        case .draining(let until): until
        case .responding: nil
        case .takenOver: nil
        case .closed: nil
        }
    }

    /// A request head. `declaredBytes`: its `Content-Length`, 0 if there is none.
    package mutating func headReceived(keepsAlive: Bool, declaredBytes: Int, now: NIODeadline) -> OnRequestPart {
        switch consume self.phase {
        case .waiting:
            guard declaredBytes <= Limits.requestBodyBytesMax else {
                self = Self(.draining(until: now + Limits.drainTimeout))
                return .refuse(.bodyTooLarge)
            }
            self = Self(.receiving(Exchange(keepsAlive: keepsAlive), until: now + Limits.requestBodyTimeout))
            return .forward
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .closed:
            self = Self(.closed)
            return .drop
        case .draining(let until):
            self = Self(.draining(until: until))
            return .drop
        // The guard holds a head back until the exchange before it is complete, so these cannot come. Should they, the
        // second request is dropped and the connection ends.
        case .receiving:
            self = Self(.draining(until: now + Limits.drainTimeout))
            return .refuse(.malformed)
        case .responding(let exchange):
            self = Self(.responding(exchange))
            return .drop
        case .receivingAfterResponse:
            self = Self(.draining(until: now + Limits.drainTimeout))
            return .drop
        }
    }

    /// `bytes` more of the request's body.
    package mutating func bodyReceived(bytes: Int, now: NIODeadline) -> OnRequestPart {
        switch consume self.phase {
        case .receiving(var exchange, let until):
            exchange.bodyBytes += bytes
            guard exchange.bodyBytes <= Limits.requestBodyBytesMax else {
                self = Self(.draining(until: now + Limits.drainTimeout))
                return exchange.responseHasBegun ? .drop : .refuse(.bodyTooLarge)
            }
            self = Self(.receiving(exchange, until: until))
            return .forward
        case .receivingAfterResponse(var exchange, let until):
            exchange.bodyBytes += bytes
            guard exchange.bodyBytes <= Limits.requestBodyBytesMax else {
                self = Self(.draining(until: now + Limits.drainTimeout))
                return .drop
            }
            self = Self(.receivingAfterResponse(exchange, until: until))
            return .forward
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .waiting(let until):
            self = Self(.waiting(until: until))
            return .drop
        case .responding(let exchange):
            self = Self(.responding(exchange))
            return .drop
        case .draining(let until):
            self = Self(.draining(until: until))
            return .drop
        case .closed:
            self = Self(.closed)
            return .drop
        }
    }

    /// The end of the request.
    package mutating func endReceived(now: NIODeadline) -> OnRequestPart {
        switch consume self.phase {
        case .receiving(let exchange, _):
            self = Self(.responding(exchange))
            return .forward
        case .receivingAfterResponse(let exchange, _):
            guard exchange.keepsAlive else {
                self = Self(.draining(until: now + Limits.drainTimeout))
                return .forwardAndFinish
            }
            self = Self(.waiting(until: now + Limits.keepAliveTimeout))
            return .forward
        case .takenOver:
            self = Self(.takenOver)
            return .forward
        case .waiting(let until):
            self = Self(.waiting(until: until))
            return .drop
        case .responding(let exchange):
            self = Self(.responding(exchange))
            return .drop
        case .draining(let until):
            self = Self(.draining(until: until))
            return .drop
        case .closed:
            self = Self(.closed)
            return .drop
        }
    }
}
