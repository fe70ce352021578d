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

    @Test(
        "a path with or without the slash at its end",
        arguments: [
            ("/chat/", true, "/chat/"), ("/chat", true, "/chat/"), ("/chat", false, "/chat"),
            ("/chat/", false, "/chat"),
            ("/", true, "/"),
        ])
    func path(path: String, addsSlash: Bool, prefix: String) {
        var configuration = EngineConfiguration()
        configuration.path = path
        configuration.addTrailingSlash = addsSlash
        #expect(configuration.prefix == prefix)
    }

    @Test("small messages are worth compressing together")
    func smallMessages() {
        #expect(OutboundMessage(.message, ByteBuffer(string: "x")).isCompressible)
        #expect(!OutboundMessage(.message, ByteBuffer(string: "x"), isCompressed: false).isCompressible)
    }

    @Test("what a socket knows of its handshake, and what an old Internet Explorer is told", .timeLimit(.minutes(1)))
    func handshake() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.on("connection") { socket in
                let request = socket.handshake.request
                let origin = request.headers.first(name: "origin") ?? "none"
                let isRecent = request.issued > 1_700_000_000_000
                log.record("\(request.address) \(origin) \(request.isCrossDomain) \(isRecent)")
            }
            let connection = try await RawConnection.open(server.port)
            let target = "\(server.path)?EIO=4&transport=polling"
            let explorer = ["Origin: https://a", "User-Agent: Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0)"]
            let answer = try await connection.request("GET", target, headers: explorer)
            #expect(answer.headers["x-xss-protection"] == "0")
            let sessionID = try #require(answer.body.firstMatch(of: #/^0{"sid":"([^"]+)"/#)?.1)
            let post = try await connection.request("POST", "\(target)&sid=\(sessionID)", body: "40")
            #expect(post.body == "ok" && post.headers["x-xss-protection"] == nil)
            #expect(await log.take(1) == ["127.0.0.1 https://a true true"])
        }
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
