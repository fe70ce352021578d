import NIOCore
import SocketIO
import Testing

/// engine.io-protocol v4, "HTTP long-polling" and "Closing", on the whole session.
@Suite struct EngineSessionPollingTests {
    private let start = SessionState.start

    private func session() -> EngineSession {
        EngineSession(transport: .polling, timing: SessionState.timing, now: self.start)
    }

    @Test func aPollIsHeldUntilItIsAnsweredAndThenTheNextOne() {
        var session = self.session()
        #expect(session.pollArrived() == .hold)
        session.pollAnswered()
        #expect(session.pollArrived() == .hold)
        let isPollHeld = session.isPollHeld
        #expect(isPollHeld)
    }

    @Test func trap06_aSecondPollEndsTheSession() {
        var session = self.session()
        #expect(session.pollArrived() == .hold)
        #expect(session.pollArrived() == .rejectDuplicate(.transportError))
        #expect(session.pollArrived() == .refuse(.sessionUnknown))
    }

    @Test func trap06_alsoWhileUpgrading() {
        var session = SessionState.probedPollHeld.make()
        #expect(session.pollArrived() == .rejectDuplicate(.transportError))
    }

    @Test func trap07_aSecondPostEndsTheSession() {
        var session = self.session()
        #expect(session.postArrived() == .accept)
        session.postFinished()
        #expect(session.postArrived() == .accept)
        #expect(session.postArrived() == .rejectDuplicate(.transportError))
        #expect(session.postArrived() == .refuse(.sessionUnknown))
    }

    @Test func aPollAndAPostGoSideBySide() {
        var session = self.session()
        #expect(session.pollArrived() == .hold)
        #expect(session.postArrived() == .accept)
        session.postFinished()
        let isPollHeld = session.isPollHeld
        #expect(isPollHeld)
    }

    @Test func trap08_anAbortedPollEndsTheSession() {
        var session = self.session()
        #expect(session.pollAborted() == .none)
        #expect(session.pollArrived() == .hold)
        #expect(session.pollAborted() == .close(.transportError))
        #expect(session.pollAborted() == .none)
    }

    @Test func aPollAbortedAfterItsAnswerLeftMeansNothing() {
        var session = self.session()
        #expect(session.pollArrived() == .hold)
        session.pollAnswered()
        #expect(session.pollAborted() == .none)
        let isOpen = session.isOpen
        #expect(isOpen)
    }

    @Test func whatIsNoPacketEndsTheSession() {
        var session = self.session()
        #expect(session.parseFailed() == .close(.parseError))
        #expect(session.parseFailed() == .none)
    }

    @Test func theClientsGoodByeEndsAHeldPoll() {
        var session = self.session()
        #expect(session.pollArrived() == .hold)
        #expect(session.received(.close, now: self.start) == .closeByPeer)
        let isClosed = session.isClosed
        #expect(isClosed)
    }

    @Test func farewell_onePollThatWasOnItsWayIsAnswered() {
        var session = self.session()
        #expect(session.received(.close, now: self.start) == .closeByPeerAwaitingPoll)
        #expect(session.postArrived() == .refuse(.sessionUnknown))
        #expect(session.received(.message, now: self.start) == .none)
        #expect(session.pollArrived() == .answerWithNoop)
        #expect(session.pollArrived() == .refuse(.sessionUnknown))
    }

    @Test func farewell_isShort() {
        var session = self.session()
        #expect(session.received(.close, now: self.start) == .closeByPeerAwaitingPoll)
        #expect(session.nextDeadline == self.start + .milliseconds(500))
        #expect(session.deadlineReached(now: self.start + .milliseconds(499)) == .none)
        #expect(session.deadlineReached(now: self.start + .milliseconds(500)) == .forget)
        #expect(session.pollArrived() == .refuse(.sessionUnknown))
    }

    @Test func draining_theNextPollBringsTheClose() {
        var session = self.session()
        #expect(session.close(.forcedClose, now: self.start) == .awaitPoll)
        let isOpen = session.isOpen
        #expect(!isOpen)
        #expect(session.postArrived() == .accept)
        #expect(session.received(.message, now: self.start) == .none)
        #expect(session.close(.serverShuttingDown, now: self.start) == .none)
        #expect(session.pollArrived() == .answerWithClose)
        #expect(session.pollArrived() == .refuse(.sessionUnknown))
    }

    @Test func draining_waitsThirtySecondsForThatPoll() {
        var session = self.session()
        #expect(session.close(.forcedClose, now: self.start) == .awaitPoll)
        #expect(session.nextDeadline == self.start + .seconds(30))
        #expect(session.deadlineReached(now: self.start + .seconds(30) - .nanoseconds(1)) == .none)
        #expect(session.deadlineReached(now: self.start + .seconds(30)) == .forget)
        let isClosed = session.isClosed
        #expect(isClosed)
    }

    @Test func draining_theApplicationIsNotToldTwice() {
        var session = self.session()
        #expect(session.close(.forcedClose, now: self.start) == .awaitPoll)
        #expect(session.lose(.transportError) == .none)
        let isClosed = session.isClosed
        #expect(isClosed)
    }

    @Test func closingWithAHeldPollIsDoneAtOnce() {
        var session = self.session()
        #expect(session.pollArrived() == .hold)
        #expect(session.close(.forcedClose, now: self.start) == .answerHeldPoll)
        let isClosed = session.isClosed
        #expect(isClosed)
    }

    @Test func onWebSocketTheGoodByeIsAtOnce() {
        var session = EngineSession(transport: .websocket, timing: SessionState.timing, now: self.start)
        #expect(session.received(.close, now: self.start) == .closeByPeer)
        var other = EngineSession(transport: .websocket, timing: SessionState.timing, now: self.start)
        #expect(other.close(.forcedClose, now: self.start) == .closeWebSocket)
        #expect(other.webSocketLost(.transportClose) == .none)
    }
}
