import NIOCore
import SocketIO
import Testing

/// Every state × every event, and every pair of events: nothing traps, and what the session says of itself fits
/// together.
@Suite struct EngineSessionGridTests {
    @Test func theStatesAreTheOnesTheyAreNamedAfter() {
        for state in SessionState.allCases {
            let session = state.make()
            let isClosed = session.isClosed
            let isPollHeld = session.isPollHeld
            let isUpgrading = session.isUpgrading
            let isDraining = session.isDraining
            let name = "\(state)"
            #expect(isClosed == state.isClosed, "\(state)")
            #expect(isPollHeld == name.contains("ollHeld"), "\(state)")
            #expect(isUpgrading == (name.hasPrefix("upgrading") || name.hasPrefix("probed")), "\(state)")
            #expect(isDraining == name.hasPrefix("draining"), "\(state)")
        }
    }

    @Test(arguments: SessionState.allCases) func everyEventReturns(_ state: SessionState) {
        for event in SessionEvent.all {
            var session = state.make()
            let wasOpen = session.isOpen
            let order = event.apply(&session, state.now)
            #expect(!order.isEmpty)
            Self.check(session, wasOpen: wasOpen, "\(state), \(event.name)")
        }
    }

    @Test(arguments: SessionState.allCases) func everyPairOfEventsReturns(_ state: SessionState) {
        for first in SessionEvent.all {
            for second in SessionEvent.all {
                var session = state.make()
                _ = first.apply(&session, state.now)
                let wasOpen = session.isOpen
                _ = second.apply(&session, state.now + .milliseconds(10))
                Self.check(session, wasOpen: wasOpen, "\(state), \(first.name), \(second.name)")
            }
        }
    }

    @Test(arguments: SessionState.allCases.filter(\.isClosed)) func closedAbsorbs(_ state: SessionState) {
        let nothing: Set<String> = ["none", "()", "refuse", "refuse(SocketIO.EngineErrorCode.sessionUnknown)"]
        for event in SessionEvent.all {
            var session = state.make()
            let order = event.apply(&session, state.now)
            let isClosed = session.isClosed
            #expect(isClosed, "\(event.name)")
            #expect(nothing.contains(order), "\(event.name): \(order)")
        }
    }

    /// Whatever has happened, a session that nobody touches any more is gone within a ping interval and its time-out.
    @Test(arguments: SessionState.allCases) func trap03_noStateIsForEver(_ state: SessionState) {
        let longest = SessionState.timing.pingInterval + SessionState.timing.pingTimeout
        for event in SessionEvent.all where event.name != "deadline long after" && event.name != "deadline after" {
            var session = state.make()
            var now = state.now
            _ = event.apply(&session, now)
            var steps = 0
            while let due = session.nextDeadline, steps < 1_000 {
                now = max(now, due)
                while session.deadlineReached(now: now) != .none { steps += 1 }
                steps += 1
            }
            let isClosed = session.isClosed
            #expect(isClosed, "\(state), \(event.name)")
            #expect(now <= state.now + longest + .seconds(45), "\(state), \(event.name): \(now - state.now)")
        }
    }

    private static func check(
        _ session: borrowing EngineSession, wasOpen: Bool, _ what: @autoclosure () -> String
    ) {
        let isOpen = session.isOpen
        let isClosed = session.isClosed
        let rules: [(String, Bool)] = [
            ("a session does not open again", !isOpen || wasOpen),
            ("open sessions have a transport, others none", isOpen == (session.transport != nil)),
            ("a deadline until it is closed, none afterwards", isClosed == (session.nextDeadline == nil)),
            ("open and closed exclude each other", !(isOpen && isClosed)),
            ("polls are held on polling only", !session.isPollHeld || session.transport == .polling),
            ("upgrades begin on polling", !session.isUpgrading || session.transport == .polling),
            ("a draining session is not open", !(session.isDraining && isOpen)),
        ]
        for (rule, holds) in rules where !holds { Issue.record("\(rule): \(what())") }
    }
}
