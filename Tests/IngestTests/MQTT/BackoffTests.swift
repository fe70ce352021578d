import Testing

@testable import Ingest

@Suite struct BackoffTests {
    @Test func doublesUpToTheLimit() {
        let backoff = Backoff(min: .milliseconds(100), max: .seconds(5))
        let pauses = (1...8).map { backoff.pause(attempt: $0, jitter: 1) }
        let expected: [Int] = [100, 200, 400, 800, 1600, 3200, 5000, 5000]
        #expect(pauses == expected.map { .milliseconds($0) })
    }

    @Test func jitterTakesAwayAtMostHalf() {
        let backoff = Backoff(min: .milliseconds(100), max: .seconds(5))
        #expect(backoff.pause(attempt: 1, jitter: 0) == .milliseconds(50))
        #expect(backoff.pause(attempt: 1, jitter: 0.5) == .milliseconds(75))
        #expect(backoff.pause(attempt: .max, jitter: 0) == .milliseconds(2500))
    }
}
