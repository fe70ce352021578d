import NIOCore
import Testing

@testable import SocketGateway

/// Every state × every event, and the paths that matter.
@Suite struct HTTPConnectionStateTests {
    /// A way into each state, from a fresh connection at time zero.
    enum Start: CaseIterable {
        case waiting, receiving, receivingBegun, responding, receivingAfterResponse, draining, takenOver, closed

        func make() -> HTTPConnectionState {
            var state = HTTPConnectionState(now: zero)
            switch self {
            case .waiting: break
            case .receiving: _ = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
            case .receivingBegun:
                _ = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
                _ = state.responseHeadWritten(status: 200, keepsAlive: true)
            case .responding:
                _ = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
                _ = state.endReceived(now: zero)
            case .receivingAfterResponse:
                _ = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
                _ = state.responseHeadWritten(status: 200, keepsAlive: true)
                _ = state.responseEndWritten(now: zero)
            case .draining: _ = state.parseFailed(.malformed, now: zero)
            case .takenOver:
                _ = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
                _ = state.endReceived(now: zero)
                _ = state.responseHeadWritten(status: 101, keepsAlive: true)
            case .closed: state.becameInactive()
            }
            return state
        }
    }

    enum Event: CaseIterable {
        case head, tooLargeHead, body, tooLargeBody, end, responseHead, switching, responseEnd, parseError, inputClosed
        case quiesce, deadline, inactive

        func apply(to state: inout HTTPConnectionState) {
            switch self {
            case .head: _ = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
            case .tooLargeHead: _ = state.headReceived(keepsAlive: true, declaredBytes: .max, now: zero)
            case .body: _ = state.bodyReceived(bytes: 1, now: zero)
            case .tooLargeBody: _ = state.bodyReceived(bytes: Limits.requestBodyBytesMax + 1, now: zero)
            case .end: _ = state.endReceived(now: zero)
            case .responseHead: _ = state.responseHeadWritten(status: 200, keepsAlive: true)
            case .switching: _ = state.responseHeadWritten(status: 101, keepsAlive: true)
            case .responseEnd: _ = state.responseEndWritten(now: zero)
            case .parseError: _ = state.parseFailed(.malformed, now: zero)
            case .inputClosed: _ = state.inputClosed()
            case .quiesce: _ = state.quiesce(now: zero)
            case .deadline: _ = state.deadlineReached(now: .distantFuture)
            case .inactive: state.becameInactive()
            }
        }
    }

    @Test(arguments: Start.allCases, Event.allCases)
    func returnsInEveryState(start: Start, event: Event) {
        var state = start.make()
        event.apply(to: &state)
        for next in Event.allCases { next.apply(to: &state) }
        let deadline = state.deadline
        // The last event was the end of the connection.
        #expect(deadline == nil)
    }

    @Test(arguments: Event.allCases)
    func closedIsTheEnd(event: Event) {
        var state = Start.closed.make()
        event.apply(to: &state)
        let answer = state.headReceived(keepsAlive: true, declaredBytes: 0, now: zero)
        #expect(answer == .drop)
    }

    @Test(arguments: Event.allCases.filter { $0 != .inactive })
    func anotherProtocolIsLeftAlone(event: Event) {
        var state = Start.takenOver.make()
        event.apply(to: &state)
        let body = state.bodyReceived(bytes: .max, now: zero)
        let deadline = state.deadline
        #expect(body == .forward)
        #expect(deadline == nil)
    }

    @Test func onlyWhoHasToSendSomethingHasADeadline() {
        let first = Start.waiting.make().deadline
        let body = Start.receiving.make().deadline
        let held = Start.responding.make().deadline
        let drain = Start.draining.make().deadline
        #expect(first == zero + Limits.firstHeadTimeout)
        #expect(body == zero + Limits.requestBodyTimeout)
        #expect(held == nil)
        #expect(drain == zero + Limits.drainTimeout)
    }

    @Test func keepsAliveUntilSomebodySaysClose() {
        for (request, response, expected) in [
            (true, true, HTTPConnectionState.OnResponsePart.forward),
            (true, false, .forwardAndFinish), (false, true, .forwardAndFinish),
        ] {
            var state = HTTPConnectionState(now: zero)
            _ = state.headReceived(keepsAlive: request, declaredBytes: 0, now: zero)
            _ = state.endReceived(now: zero)
            _ = state.responseHeadWritten(status: 200, keepsAlive: response)
            let action = state.responseEndWritten(now: zero)
            #expect(action == expected)
        }
    }

    @Test func bodyIsCountedOverItsParts() {
        var state = Start.receiving.make()
        let full = state.bodyReceived(bytes: Limits.requestBodyBytesMax, now: zero)
        let over = state.bodyReceived(bytes: 1, now: zero)
        let later = state.bodyReceived(bytes: 1, now: zero)
        #expect(full == .forward)
        #expect(over == .refuse(.bodyTooLarge))
        #expect(later == .drop)
    }

    @Test func interimResponseDoesNotBeginTheAnswer() {
        var state = Start.receiving.make()
        _ = state.responseHeadWritten(status: 100, keepsAlive: true)
        let refusal = state.parseFailed(.malformed, now: zero)
        #expect(refusal == .refuse(.malformed))
    }

    @Test func brokenBytesBehindARequestDoNotSpoilItsAnswer() {
        var state = Start.responding.make()
        let error = state.parseFailed(.malformed, now: zero)
        _ = state.responseHeadWritten(status: 200, keepsAlive: true)
        let end = state.responseEndWritten(now: zero)
        #expect(error == .drop)
        #expect(end == .forwardAndFinish)
    }

    @Test func quiescingLetsTheExchangeEnd() {
        var idle = Start.waiting.make()
        let idleAction = idle.quiesce(now: zero)
        #expect(idleAction == .close)
        var held = Start.responding.make()
        let heldAction = held.quiesce(now: zero)
        let ends = held.endsWithResponse
        #expect(heldAction == .none)
        #expect(ends)
        var half = Start.receiving.make()
        _ = half.quiesce(now: zero)
        let deadline = half.deadline
        #expect(deadline == zero + Limits.quiesceTimeout)
    }

    @Test func deadlineThatMovedIsWaitedFor() {
        var state = Start.waiting.make()
        let early = state.deadlineReached(now: zero)
        let late = state.deadlineReached(now: zero + Limits.firstHeadTimeout)
        #expect(early == .rearm(zero + Limits.firstHeadTimeout))
        #expect(late == .close)
    }
}

private let zero = NIODeadline.uptimeNanoseconds(1)
