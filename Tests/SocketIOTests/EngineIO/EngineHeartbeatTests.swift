import NIOCore
import SocketIO
import Testing

@Suite struct EngineHeartbeatTests {
    private let start = SessionState.start

    private func heartbeat() -> EngineHeartbeat {
        EngineHeartbeat(interval: .seconds(25), timeout: .seconds(20), now: self.start)
    }

    @Test func pingsAfterTheIntervalAndExpiresAfterTheTimeout() {
        var heartbeat = self.heartbeat()
        #expect(heartbeat.deadline == self.start + .seconds(25))
        #expect(heartbeat.deadlineReached(now: self.start + .seconds(25) - .nanoseconds(1)) == .none)
        #expect(heartbeat.deadlineReached(now: self.start + .seconds(25)) == .ping)
        #expect(heartbeat.deadline == self.start + .seconds(45))
        #expect(heartbeat.deadlineReached(now: self.start + .seconds(45) - .nanoseconds(1)) == .none)
        #expect(heartbeat.deadlineReached(now: self.start + .seconds(45)) == .expired)
    }

    @Test func aPongRestartsTheInterval() {
        var heartbeat = self.heartbeat()
        _ = heartbeat.deadlineReached(now: self.start + .seconds(25))
        heartbeat.pongReceived(now: self.start + .seconds(30))
        #expect(heartbeat.phase == .pingDue(at: self.start + .seconds(55)))
    }

    @Test func aPongNobodyAskedForDoesNotPutOffThePing() {
        var heartbeat = self.heartbeat()
        heartbeat.pongReceived(now: self.start + .seconds(24))
        #expect(heartbeat.phase == .pingDue(at: self.start + .seconds(25)))
    }

    @Test func aLatePingKeepsThePromisedTimeOutAsLongAsHalfOfItIsLeft() {
        var busy = self.heartbeat()
        #expect(busy.deadlineReached(now: self.start + .seconds(27)) == .ping)
        #expect(busy.deadline == self.start + .seconds(45))
        var stopped = self.heartbeat()
        #expect(stopped.deadlineReached(now: self.start + .hours(1)) == .ping)
        #expect(stopped.deadline == self.start + .hours(1) + .seconds(10))
    }

    @Test func trap04_theSwapAsksAgainWhenAPongIsOutstanding() {
        var heartbeat = self.heartbeat()
        _ = heartbeat.deadlineReached(now: self.start + .seconds(25))
        heartbeat.transportSwapped(now: self.start + .seconds(26))
        #expect(heartbeat.phase == .pingDue(at: self.start + .seconds(50)))
        #expect(heartbeat.deadlineReached(now: self.start + .seconds(50)) == .ping)
        #expect(heartbeat.deadlineReached(now: self.start + .seconds(70)) == .expired)
    }

    @Test func trap04_theSwapNeverMakesAPingDueInThePast() {
        var heartbeat = EngineHeartbeat(interval: .seconds(1), timeout: .seconds(20), now: self.start)
        _ = heartbeat.deadlineReached(now: self.start + .seconds(1))
        heartbeat.transportSwapped(now: self.start + .seconds(15))
        #expect(heartbeat.phase == .pingDue(at: self.start + .seconds(15)))
    }

    @Test func theSwapLeavesAPingThatIsDueAsItIs() {
        var heartbeat = self.heartbeat()
        heartbeat.transportSwapped(now: self.start + .seconds(3))
        #expect(heartbeat.phase == .pingDue(at: self.start + .seconds(25)))
    }
}
