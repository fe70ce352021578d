import TelemetryCore
import Testing

@testable import SocketGateway

/// The routes below `/api/alarms`, over one kept connection: forms, refusals, who may write.
@Suite(.timeLimit(.minutes(1))) struct AlarmRoutesTests {
    private static let rule = #"{"metric":"rpm","kind":"high","limit":1800}"#

    @Test func aRuleIsSetReadAndRemoved() async throws {
        try await RunningGateway.run { test in
            try await test.connect { wire in
                let path = "/api/alarms/rules/press-high"
                let made = try await wire.ask("PUT", path, body: Self.rule)
                #expect(made.status == 201 && made.body.contains(#""rule":"press-high","machine":"*""#))
                let again = try await wire.ask("PUT", path, body: made.body)
                #expect(again.status == 200 && again.body == made.body)
                #expect(try await wire.ask("GET", path).body == made.body)
                #expect(try await wire.ask("GET", "/api/alarms/rules?machine=a").body == #"{"rules":[\#(made.body)]}"#)
                #expect(try await wire.ask("DELETE", path).status == 204)
                #expect(try await wire.ask("DELETE", path).status == 404)
                #expect(try await wire.ask("GET", "/api/alarms/rules").body == #"{"rules":[]}"#)
            }
        }
    }

    @Test func mistakesAreProblemDocuments() async throws {
        let long = #"{"kind":"stale","text":""# + String(repeating: "x", count: 20_000) + #""}"#
        try await RunningGateway.run { test in
            try await test.connect { wire in
                for (method, target, body, status) in [
                    ("PUT", "/api/alarms/rules/a%20b", Self.rule, 400), ("PUT", "/api/alarms/rules/a", "", 400),
                    ("PUT", "/api/alarms/rules/a", "[1", 400), ("PUT", "/api/alarms/rules/a", "[[[[[1]]]]]", 400),
                    ("PUT", "/api/alarms/rules/a", #"{"kind":"high"}"#, 400), ("PUT", "/api/alarms/rules/a", long, 413),
                    ("GET", "/api/alarms/rules/none", "", 404), ("POST", "/api/alarms/rules/a", "", 405),
                    ("GET", "/api/alarms?machine=.x", "", 400), ("GET", "/api/alarms?limit=5", "", 400),
                    ("GET", "/api/alarms/history?limit=0", "", 400), ("DELETE", "/api/alarms/history", "", 405),
                    ("POST", "/api/alarms/nonsense/acknowledge", "", 400), ("GET", "/api/alarms/a:b/shelve", "", 405),
                    ("POST", "/api/alarms/a:b/acknowledge", "", 404), ("POST", "/api/alarms/a:b/shelve", "{}", 404),
                    ("POST", "/api/alarms/a:b/unshelve", "", 404), ("POST", "/api/alarms/a:b/shelve", "x", 400),
                    ("POST", "/api/alarms/a:b/shelve", #"{"minutes":0}"#, 400),
                    ("GET", "/api/alarms/episodes/0", "", 400), ("GET", "/api/alarms/episodes/7", "", 404),
                    ("GET", "/api/alarms/episodes/x/readings", "", 400),
                    ("GET", "/api/alarms/episodes/7/readings", "", 404),
                    ("GET", "/api/alarms/episodes/7/readings?maxPoints=1", "", 400),
                    ("GET", "/api/alarms/episodes/7/readings?limit=1", "", 400),
                ] {
                    let answer = try await wire.ask(method, target, body: body)
                    #expect(answer.status == status, "\(method) \(target) \(answer.body)")
                    #expect(answer.headers["content-type"] == "application/problem+json", "\(method) \(target)")
                }
            }
        }
    }

    /// As with readings: programs and our own pages may write, other pages may not.
    @Test func pagesOfOtherHostsMayNotWrite() async throws {
        try await RunningGateway.run { test in
            try await test.connect { wire in
                let foreign = "Origin: http://elsewhere\r\n"
                for (method, target) in [
                    ("PUT", "/api/alarms/rules/a"), ("DELETE", "/api/alarms/rules/a"),
                    ("POST", "/api/alarms/a:b/acknowledge"), ("POST", "/api/alarms/a:b/shelve"),
                    ("POST", "/api/alarms/a:b/unshelve"),
                ] {
                    let answer = try await wire.ask(method, target, headers: foreign, body: Self.rule)
                    #expect(answer.status == 403, "\(method) \(target)")
                }
                #expect(try await wire.ask("GET", "/api/alarms/rules").body == #"{"rules":[]}"#)
            }
        }
    }

    @Test func listsAndFigures() async throws {
        try await RunningGateway.run { test in
            try await test.connect { wire in
                #expect(try await wire.ask("GET", "/api/alarms").body == #"{"alarms":[],"total":0}"#)
                #expect(try await wire.ask("GET", "/api/alarms/history?machine=a").body == #"{"events":[]}"#)
                let metrics = try await wire.ask("GET", "/metrics").body
                #expect(metrics.contains(#"telemetryd_alarms{state="unacknowledged",priority="urgent"} 0"#))
                #expect(metrics.contains("\ntelemetryd_alarms_raised_total 0\n"))
                #expect(metrics.contains("\ntelemetryd_alarms_acknowledged_total 0\n"))
            }
        }
    }
}
