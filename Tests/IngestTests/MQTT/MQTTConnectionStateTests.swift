import Testing

@testable import Ingest

/// Every state × every event.
@Suite struct MQTTConnectionStateTests {
    typealias Machine = MQTTConnectionState

    static let start = ContinuousClock.now
    static let backoff = Backoff(min: .milliseconds(100), max: .seconds(5))
    static let deadline = start + Limits.connectTimeout

    enum Phase: CaseIterable {
        case waiting, connecting, subscribing, connected, stopped
    }

    enum Input: CaseIterable {
        case tickEarly, tickLate, accepted, subscribed, failed, stop
    }

    static func machine(_ phase: Phase) -> Machine {
        var machine = Machine(now: Self.start, backoff: Self.backoff)
        if phase == .waiting { return machine }
        if phase == .stopped {
            _ = machine.stop()
            return machine
        }
        _ = machine.tick(now: Self.start)
        if phase == .connecting { return machine }
        _ = machine.accepted()
        if phase == .subscribing { return machine }
        _ = machine.subscribed(now: Self.start)
        return machine
    }

    /// The answer as text, so that answers of different events fit into one table.
    static func apply(_ input: Input, to machine: inout Machine) -> String {
        switch input {
        case .tickEarly: "\(machine.tick(now: Self.start - .seconds(1)))"
        case .tickLate: "\(machine.tick(now: Self.deadline))"
        case .accepted: "\(machine.accepted())"
        case .subscribed: "\(machine.subscribed(now: Self.start))"
        case .failed: "\(machine.failed(.unreachable, now: Self.start, jitter: 1))"
        case .stop: "\(machine.stop())"
        }
    }

    static func expected(_ phase: Phase, _ input: Input) -> String {
        let retry = "\(Machine.OnFailed.retry(at: Self.start + .milliseconds(100), announce: true))"
        switch (phase, input) {
        case (.waiting, .tickEarly): return "\(Machine.OnTick.none(next: Self.start))"
        case (.waiting, .tickLate): return "\(Machine.OnTick.open(deadline: Self.deadline + Limits.connectTimeout))"
        case (.connecting, .tickEarly), (.subscribing, .tickEarly):
            return "\(Machine.OnTick.none(next: Self.deadline))"
        case (.connecting, .tickLate), (.subscribing, .tickLate): return "\(Machine.OnTick.expire)"
        case (.connected, .tickEarly), (.connected, .tickLate), (.stopped, .tickEarly), (.stopped, .tickLate):
            return "\(Machine.OnTick.none(next: nil))"
        case (.connecting, .accepted): return "\(Machine.OnAccepted.subscribe)"
        case (.stopped, .accepted): return "\(Machine.OnAccepted.none)"
        case (_, .accepted): return "\(Machine.OnAccepted.violation)"
        case (.subscribing, .subscribed): return "\(Machine.OnSubscribed.ready(announce: false))"
        case (.stopped, .subscribed): return "\(Machine.OnSubscribed.none)"
        case (_, .subscribed): return "\(Machine.OnSubscribed.violation)"
        case (.waiting, .failed), (.stopped, .failed): return "\(Machine.OnFailed.none)"
        case (_, .failed): return retry
        case (.connected, .stop), (.subscribing, .stop): return "\(Machine.OnStop.disconnect)"
        case (.stopped, .stop): return "\(Machine.OnStop.none)"
        case (_, .stop): return "\(Machine.OnStop.close)"
        }
    }

    @Test(arguments: Phase.allCases, Input.allCases) func grid(phase: Phase, input: Input) {
        var machine = Self.machine(phase)
        #expect(Self.apply(input, to: &machine) == Self.expected(phase, input))
    }

    @Test(arguments: Input.allCases, Input.allCases) func stoppedIsAbsorbing(first: Input, second: Input) {
        var machine = Self.machine(.stopped)
        _ = Self.apply(first, to: &machine)
        #expect(Self.apply(second, to: &machine) == Self.expected(.stopped, second))
    }

    @Test func onlyConnectedIsConnected() {
        for phase in Phase.allCases {
            let machine = Self.machine(phase)
            let isConnected = machine.isConnected
            #expect(isConnected == (phase == .connected))
        }
    }

    @Test func saysOncePerOutageAndKindThatTheBrokerIsAway() {
        var machine = Self.machine(.connected)
        var now = Self.start
        var announced: [Bool] = []
        let failures: [ConnectionFailure] = [.unreachable, .unreachable, .refused, .unreachable, .refused]
        for failure in failures {
            guard case .retry(let until, let announce) = machine.failed(failure, now: now, jitter: 1) else {
                Issue.record("must retry")
                return
            }
            announced.append(announce)
            now = until
            _ = machine.tick(now: now)
        }
        #expect(announced == [true, false, true, false, false])
        _ = machine.accepted()
        #expect(machine.subscribed(now: now) == .ready(announce: true))
        // A new outage is told anew.
        let again = machine.failed(.unreachable, now: now, jitter: 1)
        guard case .retry(_, let announce) = again else {
            Issue.record("must retry")
            return
        }
        #expect(announce)
    }

    @Test func pausesGrowUntilAConnectionWasStable() {
        var machine = Self.machine(.connected)
        var now = Self.start
        func cycle(living: Duration) -> Duration {
            now += living
            guard case .retry(let until, _) = machine.failed(.unreachable, now: now, jitter: 1) else { return .zero }
            let pause = until - now
            now = until
            _ = machine.tick(now: now)
            _ = machine.accepted()
            _ = machine.subscribed(now: now)
            return pause
        }
        #expect(cycle(living: .seconds(1)) == .milliseconds(100))
        #expect(cycle(living: .seconds(1)) == .milliseconds(200))
        #expect(cycle(living: .seconds(1)) == .milliseconds(400))
        #expect(cycle(living: Limits.stableAfter) == .milliseconds(100))
    }
}
