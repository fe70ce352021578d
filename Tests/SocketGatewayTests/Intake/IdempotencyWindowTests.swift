import HTTPTypes
import NIOCore
import Testing

@testable import SocketGateway

@Suite struct IdempotencyWindowTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000)

    private static func key(_ text: String, scope: String = "a") -> IdempotencyWindow.Key {
        .init(scope: scope, text: text)
    }

    private static func answer(_ bytes: Int) -> IntakeAnswer {
        .init(status: .accepted, contentType: "", bytes: Array(repeating: 0x20, count: bytes), retryAfterSeconds: nil)
    }

    @Test func sameRequestIsAnsweredTheSame() {
        var window = IdempotencyWindow()
        #expect(window.begin(Self.key("k"), fingerprint: 1, now: Self.start) == .proceed)
        #expect(window.begin(Self.key("k"), fingerprint: 1, now: Self.start) == .inFlight)
        #expect(window.begin(Self.key("k"), fingerprint: 2, now: Self.start) == .otherBody)
        window.finish(Self.key("k"), Self.answer(3), now: Self.start)
        #expect(window.begin(Self.key("k"), fingerprint: 1, now: Self.start) == .replay(Self.answer(3)))
        #expect(window.begin(Self.key("k"), fingerprint: 2, now: Self.start) == .otherBody)
        #expect(window.begin(Self.key("k", scope: "b"), fingerprint: 2, now: Self.start) == .proceed)
    }

    @Test func whatCameToNothingMayBeTriedAgain() {
        var window = IdempotencyWindow()
        #expect(window.begin(Self.key("k"), fingerprint: 1, now: Self.start) == .proceed)
        window.finish(Self.key("k"), nil, now: Self.start)
        #expect(window.begin(Self.key("k"), fingerprint: 2, now: Self.start) == .proceed)
    }

    @Test func oldKeysAreForgottenByAge() {
        var window = IdempotencyWindow(age: .seconds(10))
        _ = window.begin(Self.key("k"), fingerprint: 1, now: Self.start)
        window.finish(Self.key("k"), Self.answer(1), now: Self.start)
        let before = Self.start + .seconds(10) - .nanoseconds(1)
        #expect(window.begin(Self.key("k"), fingerprint: 1, now: before) == .replay(Self.answer(1)))
        #expect(window.begin(Self.key("k"), fingerprint: 1, now: Self.start + .seconds(10)) == .proceed)
    }

    @Test func keysAtWorkAreNeverForgotten() {
        var window = IdempotencyWindow(keysMax: 2)
        #expect(window.begin(Self.key("1"), fingerprint: 1, now: Self.start) == .proceed)
        #expect(window.begin(Self.key("2"), fingerprint: 1, now: Self.start) == .proceed)
        #expect(window.begin(Self.key("3"), fingerprint: 1, now: Self.start) == .full)
        window.finish(Self.key("2"), Self.answer(1), now: Self.start)
        #expect(window.begin(Self.key("3"), fingerprint: 1, now: Self.start) == .proceed)
        #expect(window.begin(Self.key("1"), fingerprint: 1, now: Self.start) == .inFlight)
        #expect(window.count == 2)
    }

    @Test func answersAreBoundedInBytes() {
        var window = IdempotencyWindow(answerBytesMax: 10)
        for name in ["1", "2", "3"] {
            _ = window.begin(Self.key(name), fingerprint: 1, now: Self.start)
            window.finish(Self.key(name), Self.answer(5), now: Self.start)
        }
        #expect(window.begin(Self.key("1"), fingerprint: 1, now: Self.start) == .proceed)
        #expect(window.begin(Self.key("2"), fingerprint: 1, now: Self.start) == .replay(Self.answer(5)))
        _ = window.begin(Self.key("4"), fingerprint: 1, now: Self.start)
        window.finish(Self.key("4"), Self.answer(11), now: Self.start)
        #expect(window.begin(Self.key("4"), fingerprint: 1, now: Self.start) == .proceed)
    }
}
