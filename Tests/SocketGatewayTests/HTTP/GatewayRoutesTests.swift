import TelemetryCore
import Testing

@testable import SocketGateway

/// The routes, over one kept connection.
@Suite(.timeLimit(.minutes(1))) struct GatewayRoutesTests {
    private static let files = ["index.html": "<!doctype html>", "app.js": "let a", "socketio-client.js": "own"]

    @Test func filesHaveTypeTagAndPolicy() async throws {
        try await RunningGateway.run(files: Self.files) { test in
            try await test.connect { wire in
                let first = try await wire.ask("GET", "/app.js")
                #expect(first.status == 200 && first.body == "let a")
                #expect(first.headers["content-type"] == "text/javascript; charset=utf-8")
                #expect(first.headers["x-content-type-options"] == "nosniff")
                #expect(first.headers["referrer-policy"] == "no-referrer")
                #expect(first.headers["content-security-policy"]?.hasPrefix("default-src 'none'; ") == true)
                let tag = try #require(first.headers["etag"])
                let again = try await wire.ask("GET", "/app.js", headers: "If-None-Match: W/\(tag)\r\n")
                #expect(again.status == 304 && again.headers["etag"] == tag)
                let head = try await wire.ask("HEAD", "/app.js")
                #expect(head.status == 200 && head.headers["content-length"] == "5")
                #expect(try await wire.ask("GET", "/none.js").status == 404)
                #expect(try await wire.ask("PUT", "/app.js", body: "x").status == 405)
            }
        }
    }

    @Test func browserClient() async throws {
        try await RunningGateway.run(files: Self.files) { test in
            try await test.connect { wire in
                let client = try await wire.ask("GET", "/socket.io/socket.io.min.js?v=1")
                #expect(client.status == 200 && client.body == "own")
                #expect(client.headers["content-type"] == "application/javascript; charset=utf-8")
                #expect(client.headers["cache-control"] == "public, max-age=0")
                #expect(try await wire.ask("GET", "/socket.io/socket.io.js.map").status == 404)
            }
        }
    }

    @Test func readingsInThreeForms() async throws {
        try await RunningGateway.run(history: 3) { test in
            try await test.commit("a", rpm: [1, 2.5, 3, 4])
            try await test.connect { wire in
                let path = "/api/machines/a/readings"
                let json = try await wire.ask("GET", "\(path)?since=0&limit=2").body
                #expect(json.contains(#""firstSeq":2,"nextSeq":5,"lost":1,"readings":[{"machine":"a","seq":3,"#))
                let csv = try await wire.ask("GET", "\(path)?format=csv&limit=1").body
                let rows = csv.split(separator: "\r\n")
                #expect(rows.first == "machine,seq,timestamp,received,rpm,torque,pressure" && rows.count == 2)
                #expect(rows.last?.hasPrefix("a,4,") == true && rows.last?.hasSuffix(",4,,") == true)
                let lines = try await wire.ask("GET", "\(path)?format=ndjson").body.split(separator: "\n")
                #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix(#"{"machine":"a","seq":"#) })
                let none = try await wire.ask("GET", "\(path)?to=1000").body
                #expect(none.hasSuffix(#""readings":[]}"#))
                let thin = try await wire.ask("GET", "\(path)?maxPoints=3").body
                #expect(thin.contains(#""lost":0,"total":3,"readings":[{"machine":"a","seq":2,"#))
                let list = try await wire.ask("GET", "/api/machines").body
                #expect(list.hasPrefix(#"[{"machine":"a","state":"live","lastSeq":4,"latest":{"machine":"a","seq":4,"#))
            }
        }
    }

    @Test func mistakesAreProblemDocuments() async throws {
        try await RunningGateway.run { test in
            try await test.commit("a", rpm: [1])
            try await test.connect { wire in
                for (method, target, status) in [
                    ("GET", "/api/nothing", 404), ("GET", "/api", 404), ("GET", "/api/machines/b/readings", 404),
                    ("GET", "/api/machines/.b/readings", 400), ("GET", "/api/machines/a/readings?limit=x", 400),
                    ("GET", "/api/machines/a/readings?limit=%zz", 400), ("DELETE", "/api/machines", 405),
                ] {
                    let answer = try await wire.ask(method, target)
                    #expect(answer.status == status, "\(method) \(target)")
                    #expect(answer.headers["content-type"] == "application/problem+json")
                    #expect(answer.body.contains(#""status":\#(status),"detail":""#))
                    #expect((answer.headers["allow"] != nil) == (status == 405))
                }
            }
        }
    }

    @Test func facts() async throws {
        try await RunningGateway.run(history: 7) { test in
            try await test.commit("a", rpm: [1, 2])
            try await test.connect { (wire: WireClient) async throws in
                let facts = try await wire.ask("GET", "/api/gateway").body
                #expect(facts.hasPrefix(#"{"version":"unknown","epoch":""#))
                let source = #"{"name":"test","ok":true,"detail":""}"#
                #expect(facts.hasSuffix(#""capacity":7,"store":{"ok":true},"mqtt":null,"sources":[\#(source)]}"#))
                let machine = try await wire.ask("GET", "/api/machines/a").body
                #expect(machine.contains(#""ring":{"capacity":7,"count":2,"oldest":""#))
                #expect(machine.contains(#""},"serverTime":""#))
            }
        }
    }

    @Test func brokerOfThisHost() async throws {
        let broker = GatewayFacts.Broker(
            host: nil, port: 1883, usesTLS: false, hasLogin: true, topics: ["machines/{machine}/telemetry"])
        try await RunningGateway.run { test in
            func text(_ authority: String?) -> String {
                let json = GatewayDocument.json(
                    of: GatewayFacts(version: "1", broker: broker), directory: test.store.directory, sources: [],
                    authority: authority)
                return String(decoding: json, as: UTF8.self)
            }
            let rest = #""port":1883,"tls":false,"login":true,"topics":["machines/{machine}/telemetry"]},"sources":[]}"#
            #expect(text("gateway.local:3000").hasSuffix(#""mqtt":{"host":"gateway.local",\#(rest)"#))
            #expect(text("[fe80::1]:3000").hasSuffix(#""mqtt":{"host":"fe80::1",\#(rest)"#))
            #expect(text(nil).hasSuffix(#""mqtt":{"host":"localhost",\#(rest)"#))
        }
    }

    @Test func health() async throws {
        try await RunningGateway.run { test in
            try await test.connect { (wire: WireClient) async throws in
                #expect(try await wire.ask("GET", "/healthz").body == #"{"status":"ok"}"#)
                #expect(try await wire.ask("GET", "/readyz").status == 200)
                #expect(try await wire.ask("GET", "/api/rejected").body == #"{"counts":{},"rejected":[]}"#)
            }
        }
        try await RunningGateway.run(sourceWorks: false) { test in
            try await test.connect { (wire: WireClient) async throws in
                #expect(try await wire.ask("GET", "/healthz").status == 200)
                #expect(try await wire.ask("GET", "/readyz").status == 503)
            }
        }
    }
}
