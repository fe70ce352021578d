import Testing

@testable import SocketGateway

@Suite struct HandoverRoutesTests {
    @Test func aListForTheShift() async throws {
        try await RunningGateway.run { test in
            try await test.connect { client in
                #expect(try await client.ask("GET", "/api/handover").body == #"{"items":[]}"#)
                let added = try await client.ask(
                    "POST", "/api/handover", body: #"{"text":"oil","machine":"a","by":"Kim"}"#)
                #expect(added.status == 201)
                #expect(added.body.hasPrefix(#"{"id":1,"machine":"a","text":"oil","by":"Kim","at":""#))
                let done = try await client.ask("POST", "/api/handover/1/done", body: #"{"by":"Lou"}"#)
                #expect(done.status == 200 && done.body.contains(#""done":{"by":"Lou","at":"#))
                #expect(try await client.ask("GET", "/api/handover").body == #"{"items":[\#(done.body)]}"#)
                let opened = try await client.ask("POST", "/api/handover/1/done", body: #"{"done":false}"#)
                #expect(opened.body == added.body)
                #expect(try await client.ask("DELETE", "/api/handover/1").body == #"{"ok":true}"#)
                #expect(try await client.ask("GET", "/api/handover").body == #"{"items":[]}"#)
            }
        }
    }

    @Test func whatIsRefused() async throws {
        try await RunningGateway.run { test in
            try await test.connect { client in
                #expect(try await client.ask("DELETE", "/api/handover/1").status == 404)
                #expect(try await client.ask("POST", "/api/handover/x/done").status == 404)
                #expect(try await client.ask("POST", "/api/handover/99999999999999999999/done").status == 404)
                #expect(try await client.ask("POST", "/api/handover", body: #"{"text":""}"#).status == 400)
                #expect(try await client.ask("PUT", "/api/handover", body: "x").status == 405)
                let foreign = try await client.ask(
                    "DELETE", "/api/handover/1", headers: "Origin: https://evil.example\r\n")
                #expect(foreign.status == 403)
                let long = String(repeating: " ", count: Limits.handoverBodyBytesMax + 1)
                #expect(try await client.ask("POST", "/api/handover", body: long).status == 413)
            }
        }
    }

    /// Everybody together: a script gone mad cannot keep the disk busy.
    @Test func tooManyChangesAreTurnedAway() async throws {
        try await RunningGateway.run { test in
            try await test.connect { client in
                var statuses: Set<Int> = []
                for _ in 0..<Limits.handoverBurst * 3 where !statuses.contains(429) {
                    let answer = try await client.ask("DELETE", "/api/handover/77")
                    statuses.insert(answer.status)
                    if answer.status == 429 { #expect(answer.headers["retry-after"] != nil) }
                }
                #expect(statuses == [404, 429])
            }
        }
    }
}
