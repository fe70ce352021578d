/// Life of the connection to the broker: waiting → connecting → subscribing → connected, and back to waiting after
/// every failure, until it is stopped. A value without I/O; `MQTTLoop` carries out what it orders.
///
/// Invalid input is one of three kinds:
/// - unreachable (our bug, trapped in debug): none; every event may come in every state.
/// - protocol error (the broker's): an acceptance or a subscription that nobody asked for. The connection is closed.
/// - silent drop (a race): anything after `stopped`; a failure while waiting, since its connection is already gone.
package struct MQTTConnectionState: ~Copyable {
    package typealias Instant = ContinuousClock.Instant

    package enum OnTick: Equatable, Sendable {
        /// Open a connection; call `tick` again at the given time.
        case open(deadline: Instant)
        /// The broker did not answer in time: call `failed(.timeout)`.
        case expire
        /// Call again at the given time; nil: only events move on from here.
        case none(next: Instant?)
    }

    package enum OnAccepted: Equatable, Sendable {
        /// Send the subscriptions.
        case subscribe
        /// Close: the broker broke the protocol. Call `failed(.refused)`.
        case violation
        /// Do nothing: stopped.
        case none
    }

    package enum OnSubscribed: Equatable, Sendable {
        /// Readings flow. `announce`: say that the broker is back, since it was said that it was away.
        case ready(announce: Bool)
        /// Close: the broker broke the protocol. Call `failed(.refused)`.
        case violation
        /// Do nothing: stopped.
        case none
    }

    package enum OnFailed: Equatable, Sendable {
        /// Close the connection without sending anything more; call `tick` at the given time. `announce`: say so.
        case retry(at: Instant, announce: Bool)
        /// Do nothing: already waiting or stopped.
        case none
    }

    package enum OnStop: Equatable, Sendable {
        /// Say goodbye to the broker, then close.
        case disconnect
        /// Close what there is.
        case close
        /// Do nothing: already stopped.
        case none
    }

    /// What a run of failures is carried through the states for.
    struct Outage: Equatable {
        /// Failures since the last stable connection.
        var attempts = 0
        /// Kinds that were already told.
        var announced: Set<ConnectionFailure> = []
    }

    struct Waiting: ~Copyable {
        let until: Instant
        let outage: Outage
    }

    struct Connecting: ~Copyable {
        let deadline: Instant
        let outage: Outage
    }

    struct Subscribing: ~Copyable {
        let deadline: Instant
        let outage: Outage
    }

    struct Connected: ~Copyable {
        let since: Instant
        let outage: Outage
    }

    enum State: ~Copyable {
        case waiting(Waiting)
        case connecting(Connecting)
        case subscribing(Subscribing)
        case connected(Connected)
        case stopped
    }

    private var state: State
    private let backoff: Backoff

    /// The first attempt is due at `now`.
    package init(now: Instant, backoff: Backoff) {
        self.init(.waiting(Waiting(until: now, outage: Outage())), backoff)
    }

    private init(_ state: consuming State, _ backoff: Backoff) {
        self.state = state
        self.backoff = backoff
    }

    package var isConnected: Bool {
        switch self.state {
        case .connected: true
        case .waiting: false
        case .connecting: false
        case .subscribing: false
        case .stopped: false
        }
    }

    /// Time has passed.
    package mutating func tick(now: Instant) -> OnTick {
        let backoff = self.backoff
        switch consume self.state {
        case .waiting(let waiting):
            guard now >= waiting.until else {
                let until = waiting.until
                self = Self(.waiting(waiting), backoff)
                return .none(next: until)
            }
            let deadline = now + Limits.connectTimeout
            self = Self(.connecting(Connecting(deadline: deadline, outage: waiting.outage)), backoff)
            return .open(deadline: deadline)
        case .connecting(let connecting):
            let deadline = connecting.deadline
            self = Self(.connecting(connecting), backoff)
            return now >= deadline ? .expire : .none(next: deadline)
        case .subscribing(let subscribing):
            let deadline = subscribing.deadline
            self = Self(.subscribing(subscribing), backoff)
            return now >= deadline ? .expire : .none(next: deadline)
        case .connected(let connected):
            self = Self(.connected(connected), backoff)
            return .none(next: nil)
        case .stopped:
            self = Self(.stopped, backoff)
            return .none(next: nil)
        }
    }

    /// The broker accepted the connection (CONNACK with code 0).
    package mutating func accepted() -> OnAccepted {
        let backoff = self.backoff
        switch consume self.state {
        case .connecting(let connecting):
            let subscribing = Subscribing(deadline: connecting.deadline, outage: connecting.outage)
            self = Self(.subscribing(subscribing), backoff)
            return .subscribe
        case .waiting(let waiting):
            self = Self(.waiting(waiting), backoff)
            return .violation
        case .subscribing(let subscribing):
            self = Self(.subscribing(subscribing), backoff)
            return .violation
        case .connected(let connected):
            self = Self(.connected(connected), backoff)
            return .violation
        case .stopped:
            self = Self(.stopped, backoff)
            return .none
        }
    }

    /// The broker granted all subscriptions (the last SUBACK).
    package mutating func subscribed(now: Instant) -> OnSubscribed {
        let backoff = self.backoff
        switch consume self.state {
        case .subscribing(let subscribing):
            let announce = !subscribing.outage.announced.isEmpty
            // Attempts stay until the connection has proved stable; what was told is told anew after "back".
            let outage = Outage(attempts: subscribing.outage.attempts, announced: [])
            self = Self(.connected(Connected(since: now, outage: outage)), backoff)
            return .ready(announce: announce)
        case .waiting(let waiting):
            self = Self(.waiting(waiting), backoff)
            return .violation
        case .connecting(let connecting):
            self = Self(.connecting(connecting), backoff)
            return .violation
        case .connected(let connected):
            self = Self(.connected(connected), backoff)
            return .violation
        case .stopped:
            self = Self(.stopped, backoff)
            return .none
        }
    }

    /// The connection could not be made, was refused, broke, or has to be dropped. `jitter`: 0 … 1 at random.
    package mutating func failed(_ failure: ConnectionFailure, now: Instant, jitter: Double) -> OnFailed {
        let backoff = self.backoff
        var outage: Outage
        switch consume self.state {
        case .waiting(let waiting):
            self = Self(.waiting(waiting), backoff)
            return .none
        case .stopped:
            self = Self(.stopped, backoff)
            return .none
        case .connecting(let connecting): outage = connecting.outage
        case .subscribing(let subscribing): outage = subscribing.outage
        case .connected(let connected):
            outage = connected.outage
            if now - connected.since >= Limits.stableAfter { outage.attempts = 0 }
        }
        outage.attempts += 1
        let announce = outage.announced.insert(failure).inserted
        let until = now + backoff.pause(attempt: outage.attempts, jitter: jitter)
        self = Self(.waiting(Waiting(until: until, outage: outage)), backoff)
        return .retry(at: until, announce: announce)
    }

    /// We shut down. Absorbing.
    package mutating func stop() -> OnStop {
        let backoff = self.backoff
        switch consume self.state {
        case .connected:
            self = Self(.stopped, backoff)
            return .disconnect
        case .subscribing:
            self = Self(.stopped, backoff)
            return .disconnect
        case .connecting:
            self = Self(.stopped, backoff)
            return .close
        case .waiting:
            self = Self(.stopped, backoff)
            return .close
        case .stopped:
            self = Self(.stopped, backoff)
            return .none
        }
    }
}
