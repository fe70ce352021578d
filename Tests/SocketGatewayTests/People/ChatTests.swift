import NIOCore
import TelemetryCore
import Testing

@testable import SocketGateway

@Suite struct ChatTests {
    @Test func textIsTrimmedAndBounded() {
        #expect(ChatText.message("  hello\n ") == "hello")
        #expect(ChatText.message("two\nlines") == "two\nlines")
        #expect(ChatText.message(String(repeating: "x", count: Limits.chatTextBytesMax)) != nil)
        #expect(ChatText.message(String(repeating: "x", count: Limits.chatTextBytesMax + 1)) == nil)
        #expect(ChatText.message(" \n ") == nil)
        #expect(ChatText.message("bell\u{7}") == nil)
    }

    @Test func tokensComeBackOneByOne() {
        let start = NIODeadline.uptimeNanoseconds(1)
        var limit = RateLimit(burst: 2, refill: .seconds(1), now: start)
        func take(after milliseconds: Int64) -> Bool { limit.take(now: start + .milliseconds(milliseconds)) }
        #expect(take(after: 0) && take(after: 0))
        #expect(!take(after: 999))
        #expect(take(after: 1_000))
        #expect(!take(after: 1_001))
        #expect(take(after: 3_600_000) && take(after: 3_600_000) && !take(after: 3_600_000))
    }
}
