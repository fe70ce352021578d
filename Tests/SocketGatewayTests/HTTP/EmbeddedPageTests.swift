import HummingbirdCore
import Testing

@testable import SocketGateway

@Suite struct EmbeddedPageTests {
    @Test(arguments: ["/?embed=machineA", "/?embed=a&metric=rpm", "/?metric=rpm&embed=a", "/?%65mbed=a"])
    func mayBeFramed(target: String) {
        #expect(EmbeddedPage.isAsked(by: URI(target)))
    }

    @Test(arguments: [
        "/", "/?machine=a", "/?embed", "/?embed=", "/?embed=.a", "/?embed=a b", "/?embed=+", "/?embed=a&embed=b",
        "/?embed=&embed=a", "/?embed=a&x=%zz", "/?Embed=a", "/?a=b?embed=a", "/index.html?embed=a",
        "/js/app.js?embed=a",
        "//?embed=a", "/api/machines?embed=a", "/?x;embed=a",
    ])
    func mayNot(target: String) {
        #expect(!EmbeddedPage.isAsked(by: URI(target)))
    }

    @Test func header() async throws {
        try await RunningGateway.run { test in
            try await test.connect { wire in
                let embedded = try await wire.ask("GET", "/?embed=machineA&metric=rpm")
                #expect(embedded.status == 200)
                #expect(embedded.headers["content-security-policy"]?.hasSuffix("; frame-ancestors *") == true)
                let tag = try #require(embedded.headers["etag"])
                let again = try await wire.ask(
                    "GET", "/?embed=machineA&metric=rpm", headers: "If-None-Match: \(tag)\r\n")
                #expect(again.status == 304)
                #expect(again.headers["content-security-policy"]?.hasSuffix("; frame-ancestors *") == true)
                for other in ["/", "/?embed=", "/?machine=a", "/api/machines"] {
                    let answer = try await wire.ask("GET", other)
                    #expect(answer.headers["content-security-policy"]?.hasSuffix("; frame-ancestors 'self'") == true)
                }
            }
        }
    }
}
