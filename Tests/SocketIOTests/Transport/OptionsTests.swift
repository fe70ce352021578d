import NIOCore
import NIOHTTP1
import Testing

@testable import SocketIO

@Suite("Options of the transports")
struct OptionsTests {
    private static func request(origin: String?, asking headers: String? = nil) -> HTTPRequestHead {
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/socket.io/")
        if let origin { head.headers.add(name: "Origin", value: origin) }
        if let headers { head.headers.add(name: "Access-Control-Request-Headers", value: headers) }
        return head
    }

    @Test("CORS: anybody, a list, credentials")
    func cors() {
        var cors = CORSConfiguration(origins: .any)
        #expect(cors.headers(for: Self.request(origin: "https://a"))["Access-Control-Allow-Origin"] == ["*"])
        cors.allowsCredentials = true
        let named = cors.headers(for: Self.request(origin: "https://a"))
        #expect(named["Access-Control-Allow-Origin"] == ["https://a"])
        #expect(named["Access-Control-Allow-Credentials"] == ["true"])
        #expect(named["Vary"] == ["Origin"])

        let list = CORSConfiguration(origins: .list(["https://a"]))
        #expect(list.headers(for: Self.request(origin: "https://a"))["Access-Control-Allow-Origin"] == ["https://a"])
        #expect(list.headers(for: Self.request(origin: "https://b"))["Access-Control-Allow-Origin"].isEmpty)
        #expect(list.headers(for: Self.request(origin: nil))["Access-Control-Allow-Origin"].isEmpty)
    }

    @Test("a preflight allows the default methods and the headers asked for")
    func preflight() {
        let headers = CORSConfiguration(origins: .any)
            .preflightHeaders(for: Self.request(origin: "https://a", asking: "x-one, x-two"))
        #expect(headers["Access-Control-Allow-Methods"] == ["GET,HEAD,PUT,PATCH,POST,DELETE"])
        #expect(headers["Access-Control-Allow-Headers"] == ["x-one, x-two"])
    }

    @Test("the session cookie as Node writes it")
    func cookie() {
        var cookie = CookieConfiguration()
        #expect(cookie.header(sessionID: "abc") == "io=abc; Path=/; HttpOnly; SameSite=Lax")
        cookie.name = "sid"
        cookie.isSecure = true
        cookie.maxAge = 60
        #expect(cookie.header(sessionID: "abc") == "sid=abc; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax")
    }

    @Test("a bucket gives its burst, then its rate, and takes nothing it cannot give")
    func bucket() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let bucket = Box(TokenBucket(rate: 10, burst: 20, now: start))
        for _ in 0..<20 { #expect(bucket.mutate({ $0.take(1, now: start) })) }
        #expect(!bucket.mutate({ $0.take(1, now: start) }))
        #expect(!bucket.mutate({ $0.take(1, now: start + .milliseconds(99)) }))
        #expect(bucket.mutate({ $0.take(1, now: start + .milliseconds(200)) }))
        #expect(!bucket.mutate({ $0.take(21, now: start + .seconds(1_000)) }), "never more than the burst")
        #expect(bucket.mutate({ $0.take(20, now: start + .seconds(1_000)) }))
    }

    @Test("the queue's limits in messages and age")
    func queueLimits() {
        let message = OutboundMessage(.message, ByteBuffer(string: "x"))
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        let byCount = Box(OutboundQueue(limits: .init(softBytes: 1_000, hardBytes: 1_000, messagesMax: 2)))
        #expect(byCount.mutate({ $0.enqueue(message) }) == .appended)
        #expect(byCount.mutate({ $0.enqueue(message) }) == .appended)
        #expect(byCount.mutate({ $0.enqueue(message) }) == .overflow)
        _ = byCount.mutate({ $0.next() })
        #expect(byCount.mutate({ $0.enqueue(message) }) == .appended)

        let byAge = Box(OutboundQueue(limits: .init(softBytes: 1_000, hardBytes: 1_000, ageMax: .seconds(5))))
        #expect(byAge.mutate({ $0.enqueue(message, now: start) }) == .appended)
        #expect(byAge.mutate({ $0.enqueue(message, now: start + .seconds(5)) }) == .appended)
        #expect(byAge.mutate({ $0.enqueue(message, now: start + .seconds(6)) }) == .overflow)
        _ = byAge.mutate({ $0.next() })
        #expect(byAge.mutate({ $0.enqueue(message, now: start + .seconds(6)) }) == .appended)
    }
}
