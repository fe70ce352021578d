import TelemetryCore
import Testing

@testable import Ingest

@Suite struct GatherRuleTests {
    private let inbox = MQTTInbox(clock: WallClock { Timestamp(milliseconds: 0) })
    private let committed = ContinuousClock.now

    private func append(awaiting: Bool = false) {
        Array("machines/a/rpm".utf8).withUnsafeBytes { bytes in
            self.inbox.append(topic: bytes, payload: bytes, isRetained: false, awaitsAcknowledgement: awaiting)
        }
    }

    private func patience(after sinceCommit: Duration) -> Duration? {
        GatherRule(lastCommit: self.committed).patience(for: self.inbox, now: self.committed + sinceCommit)
    }

    @Test func waitsForTheRestOfTheInterval() {
        self.append()
        #expect(self.patience(after: .zero) == Limits.gatherInterval)
        #expect(self.patience(after: .milliseconds(3)) == Limits.gatherInterval - .milliseconds(3))
        #expect(self.patience(after: Limits.gatherInterval) == nil)
        #expect(self.patience(after: .seconds(60)) == nil)
    }

    @Test func hasNothingToWaitForWithoutMessages() {
        #expect(self.patience(after: .zero) == nil)
    }

    /// Its sender waits, and so do all others of its batch.
    @Test func neverHoldsAMessageThatIsAcknowledged() {
        self.append()
        self.append(awaiting: true)
        self.append()
        #expect(self.patience(after: .zero) == nil)
        self.inbox.removeMessages()
        self.append()
        #expect(self.patience(after: .zero) == Limits.gatherInterval)
    }

    @Test func neverHoldsTheBrokersAnswer() {
        self.append()
        self.inbox.noteConnectionAnswer(code: 0, isSessionPresent: true, words: nil)
        #expect(self.patience(after: .zero) == nil)
    }

    @Test func commitsAFullBatch() {
        for _ in 1..<Limits.batchMessagesMax { self.append() }
        #expect(self.patience(after: .zero) == Limits.gatherInterval)
        self.append()
        #expect(self.patience(after: .zero) == nil)
        self.inbox.removeMessages()
        self.append()
        self.inbox.close()
        #expect(self.patience(after: .zero) == nil)
    }
}
