import NIOCore
import SocketIO
import Testing

/// engine.io-protocol v4, "Upgrade", on the whole session.
@Suite struct EngineSessionUpgradeTests {
    private let now = SessionState.start + .seconds(1)

    @Test func probeAndCommit() {
        var session = SessionState.pollHeld.make()
        #expect(session.candidateArrived(now: self.now) == .accept)
        #expect(session.candidateReceived(.ping, isProbe: true, now: self.now) == .answerProbe(endPoll: true))
        session.pollAnswered()
        #expect(session.candidateReceived(.upgrade, isProbe: false, now: self.now) == .promote(refusePoll: false))
        #expect(session.transport == .websocket)
    }

    @Test func trap15_noopsAreRepeatedWhileProbing() {
        var session = SessionState.probed.make()
        #expect(session.nextDeadline == self.now + .milliseconds(100))
        #expect(session.deadlineReached(now: self.now + .milliseconds(100)) == .none)
        #expect(session.pollArrived() == .hold)
        #expect(session.deadlineReached(now: self.now + .milliseconds(199)) == .none)
        #expect(session.deadlineReached(now: self.now + .milliseconds(200)) == .sendNoop)
        session.pollAnswered()
        #expect(session.pollArrived() == .hold)
        #expect(session.deadlineReached(now: self.now + .milliseconds(300)) == .sendNoop)
    }

    @Test func trap16_messagesGoOnOverPollingMeanwhile() {
        var session = SessionState.probed.make()
        #expect(session.transport == .polling)
        #expect(session.received(.message, now: self.now) == .deliver)
        #expect(session.postArrived() == .accept)
    }

    @Test func trap17_aSlowUpgradeEndsTheCandidateOnly() {
        var session = SessionState.upgrading.make()
        #expect(session.nextDeadline == self.now + .seconds(10))
        #expect(session.deadlineReached(now: self.now + .seconds(10) - .nanoseconds(1)) == .none)
        #expect(session.deadlineReached(now: self.now + .seconds(10)) == .closeCandidate)
        #expect(session.transport == .polling)
        #expect(session.candidateReceived(.upgrade, isProbe: false, now: self.now + .seconds(11)) == .none)
        #expect(session.candidateArrived(now: self.now + .seconds(12)) == .accept)
    }

    @Test(arguments: EnginePacketType.allCases.filter { $0 != .upgrade && $0 != .ping })
    func trap17_aWrongPacketEndsTheCandidateOnly(_ type: EnginePacketType) {
        var session = SessionState.upgradingPollHeld.make()
        #expect(session.candidateReceived(type, isProbe: false, now: self.now) == .closeCandidate)
        #expect(session.transport == .polling)
        let isPollHeld = session.isPollHeld
        #expect(isPollHeld)
    }

    @Test func trap17_aPingThatIsNoProbeEndsTheCandidateOnly() {
        var session = SessionState.upgrading.make()
        #expect(session.candidateReceived(.ping, isProbe: false, now: self.now) == .closeCandidate)
        #expect(session.transport == .polling)
    }

    @Test func trap17_aLostCandidateLeavesTheSession() {
        var session = SessionState.probed.make()
        session.candidateLost()
        #expect(session.transport == .polling)
        let isUpgrading = session.isUpgrading
        #expect(!isUpgrading)
    }

    @Test(arguments: [SessionState.upgrading, .probed, .webSocketPingDue, .upgradedPingDue, .draining, .farewell])
    func trap18_aFurtherWebSocketIsTurnedAway(_ state: SessionState) {
        var session = state.make()
        let transport = session.transport
        #expect(session.candidateArrived(now: self.now) == .refuse)
        #expect(session.transport == transport)
    }

    @Test func trap19_aPollHeldAtTheSwapIsRefusedAndLaterOnesToo() {
        var session = SessionState.probedPollHeld.make()
        #expect(session.candidateReceived(.upgrade, isProbe: false, now: self.now) == .promote(refusePoll: true))
        #expect(session.pollArrived() == .refuse(.badRequest))
        #expect(session.postArrived() == .refuse(.badRequest))
        let isOpen = session.isOpen
        #expect(isOpen)
    }

    @Test func aPostThatWasOpenAtTheSwapMayFinish() {
        var session = SessionState.probedPostOpen.make()
        #expect(session.candidateReceived(.upgrade, isProbe: false, now: self.now) == .promote(refusePoll: false))
        #expect(session.received(.message, now: self.now) == .deliver)
        session.postFinished()
        #expect(session.transport == .websocket)
    }

    @Test func anUpgradeWithoutAProbeIsTakenToo() {
        var session = SessionState.upgrading.make()
        #expect(session.candidateReceived(.upgrade, isProbe: false, now: self.now) == .promote(refusePoll: false))
    }

    @Test func theLossOfTheUpgradedWebSocketEndsTheSession() {
        var session = SessionState.upgradedPingDue.make()
        #expect(session.webSocketLost(.transportClose) == .close(.transportClose))
        var polling = SessionState.pollingIdle.make()
        #expect(polling.webSocketLost(.transportClose) == .none)
    }
}
