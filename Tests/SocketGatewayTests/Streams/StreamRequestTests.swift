import HTTPTypes
import NIOHTTP1
import TelemetryCore
import Testing

@testable import SocketGateway

@Suite struct StreamRequestTests {
    private static func head(_ uri: String, _ extra: [(String, String)] = [], method: HTTPMethod = .GET)
        -> HTTPRequestHead
    {
        var headers = HTTPHeaders([
            ("Host", "a:1"), ("Upgrade", "WebSocket"), ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ])
        for (name, value) in extra { headers.replaceOrAdd(name: name, value: value) }
        return HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
    }

    @Test func whatItIsFor() throws {
        let plain = try StreamRequest(Self.head("/ws/machines/press%31"))
        #expect(plain.machine.name == "press1" && plain.since == nil && plain.epoch == nil)
        let full = try StreamRequest(Self.head("/ws/machines/a?since=41&epoch=xyz", [("Origin", "http://a:1")]))
        #expect(full.since == 41 && full.epoch == "xyz")
        #expect(StreamRequest.takes(uri: "/ws") && StreamRequest.takes(uri: "/ws/x?y"))
        #expect(!StreamRequest.takes(uri: "/wsx") && !StreamRequest.takes(uri: "/api?/ws/"))
    }

    @Test(
        arguments: [
            ("/ws/machines/.a", [], 400), ("/ws/machines/", [], 400), ("/ws/machines/a/b", [], 400),
            ("/ws/machine/a", [], 404), ("/ws", [], 404), ("/ws/machines/a?since=x", [], 400),
            ("/ws/machines/a?since=-1", [], 400), ("/ws/machines/a?from=1", [], 400),
            ("/ws/machines/a?since=%", [], 400),
            ("/ws/machines/a", [("Upgrade", "h2c")], 426), ("/ws/machines/a", [("Connection", "close")], 426),
            ("/ws/machines/a", [("Sec-WebSocket-Version", "8")], 426),
            ("/ws/machines/a", [("Origin", "http://b")], 403),
            ("/ws/machines/a", [("Origin", "null")], 403), ("/ws/machines/a", [("Sec-WebSocket-Key", "short")], 400),
            ("/ws/machines/a", [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSB*b25jZQ==")], 400),
        ] as [(String, [(String, String)], Int)])
    func refusals(uri: String, headers: [(String, String)], status: Int) {
        #expect {
            try StreamRequest(Self.head(uri, headers))
        } throws: {
            ($0 as? Problem)?.status.code == status
        }
    }

    @Test func onlyGET() {
        #expect(throws: Problem.self) { try StreamRequest(Self.head("/ws/machines/a", method: .POST)) }
    }

    @Test func whereItBegins() throws {
        let epoch = try #require(Epoch("e1"))
        func start(_ query: String) throws -> Int64 {
            try StreamRequest(Self.head("/ws/machines/a\(query)")).start(epoch: epoch, delivered: 10)
        }
        #expect(try start("") == 10)
        #expect(try start("?since=4") == 4)
        #expect(try start("?since=99") == 10)
        #expect(try start("?since=4&epoch=e1") == 4)
        #expect(try start("?since=4&epoch=e2") == 0)
    }
}
