import NIOCore
import SocketIO
import Testing

/// engine.io-protocol v4, "Heartbeat", on the whole session.
@Suite struct EngineSessionHeartbeatTests {
    private let start = SessionState.start

    private func session(_ transport: EngineTransport) -> EngineSession {
        EngineSession(transport: transport, timing: SessionState.timing, now: self.start)
    }

    @Test(arguments: EngineTransport.allCases) func trap01_theServerPings(_ transport: EngineTransport) {
        var session = self.session(transport)
        #expect(session.deadlineReached(now: self.start + .seconds(25)) == .sendPing)
        #expect(session.received(.pong, now: self.start + .seconds(26)) == .none)
        #expect(session.deadlineReached(now: self.start + .seconds(50)) == .none)
        #expect(session.deadlineReached(now: self.start + .seconds(51)) == .sendPing)
    }

    @Test(arguments: EngineTransport.allCases) func trap01_aPingFromTheClientEndsTheSession(
        _ transport: EngineTransport
    ) {
        var session = self.session(transport)
        #expect(session.received(.ping, now: self.start) == .close(.transportError))
        let isClosed = session.isClosed
        #expect(isClosed)
    }

    @Test(arguments: EngineTransport.allCases) func trap02_onlyAPongCounts(_ transport: EngineTransport) {
        var session = self.session(transport)
        #expect(session.deadlineReached(now: self.start + .seconds(25)) == .sendPing)
        for second in 26..<45 {
            let now = self.start + .seconds(Int64(second))
            #expect(session.received(.message, now: now) == .deliver)
            #expect(session.received(.noop, now: now) == .none)
            #expect(session.received(.upgrade, now: now) == .none)
            #expect(session.received(.open, now: now) == .none)
            #expect(session.deadlineReached(now: now) == .none)
        }
        #expect(session.deadlineReached(now: self.start + .seconds(45)) == .close(.pingTimeout))
    }

    @Test func trap03_anAbandonedPollingSessionDiesWithoutAnyPoll() {
        var session = self.session(.polling)
        #expect(session.deadlineReached(now: self.start + .seconds(25)) == .sendPing)
        #expect(session.deadlineReached(now: self.start + .seconds(45)) == .close(.pingTimeout))
        #expect(session.pollArrived() == .refuse(.sessionUnknown))
    }

    @Test func trap04_pongLostAcrossTheSwap() {
        var session = self.session(.polling)
        #expect(session.candidateArrived(now: self.start + .seconds(24)) == .accept)
        #expect(session.deadlineReached(now: self.start + .seconds(25)) == .sendPing)
        #expect(
            session.candidateReceived(.ping, isProbe: true, now: self.start + .seconds(25))
                == .answerProbe(endPoll: false))
        #expect(
            session.candidateReceived(.upgrade, isProbe: false, now: self.start + .seconds(26))
                == .promote(refusePoll: false))
        // The pong to the first ping never comes; the session asks again, and dies if that is not answered either.
        #expect(session.deadlineReached(now: self.start + .seconds(45)) == .none)
        #expect(session.deadlineReached(now: self.start + .seconds(50)) == .sendPing)
        #expect(session.deadlineReached(now: self.start + .seconds(70)) == .close(.pingTimeout))
    }

    @Test func theHeartbeatRunsOnWhileUpgrading() {
        var session = self.session(.polling)
        #expect(session.deadlineReached(now: self.start + .seconds(25)) == .sendPing)
        #expect(session.candidateArrived(now: self.start + .seconds(40)) == .accept)
        #expect(session.nextDeadline == self.start + .seconds(45))
        #expect(session.deadlineReached(now: self.start + .seconds(45)) == .close(.pingTimeout))
    }

    @Test func deadlinesThatPassedTogetherAreAllTold() {
        var session = self.session(.polling)
        #expect(session.candidateArrived(now: self.start + .seconds(20)) == .accept)
        _ = session.candidateReceived(.ping, isProbe: true, now: self.start + .seconds(20))
        #expect(session.deadlineReached(now: self.start + .seconds(31)) == .closeCandidate)
        #expect(session.deadlineReached(now: self.start + .seconds(31)) == .sendPing)
        #expect(session.deadlineReached(now: self.start + .seconds(31)) == .none)
    }
}
