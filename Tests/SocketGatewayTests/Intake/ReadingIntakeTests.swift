import HTTPTypes
import TelemetryCore
import Testing

@testable import SocketGateway

/// `POST …/readings` over a connection.
@Suite(.timeLimit(.minutes(1))) struct ReadingIntakeTests {
    private static let path = "/api/machines/a/readings"

    @Test func storesAndSaysWhatItDidNot() async throws {
        try await RunningGateway.run(ingest: .words) { test in
            try await test.connect { wire in
                let answer = try await wire.ask("POST", Self.path, body: "1 x 3 y")
                #expect(answer.status == 202)
                #expect(
                    answer.body
                        == #"{"accepted":2,"rejected":[{"index":1,"reason":"noNumber","remedy":"send numbers"},"#
                        + #"{"index":3,"reason":"noNumber","remedy":"send numbers"}],"rejectedCount":2}"#
                )
                // After the commit: it is there at once.
                let rows = try await wire.ask("GET", "\(Self.path)?format=ndjson").body.split(separator: "\n")
                #expect(rows.count == 2)
                #expect(try await wire.ask("POST", "/api/readings", body: "7").status == 202)
                #expect(try await wire.ask("GET", "/api/machines/self/readings").status == 200)
                let log = test.store.rejections.recent()
                #expect(log.map(\.source) == ["http"] && log.map(\.count) == [2])
            }
        }
    }

    @Test func keyedRequestStoresOnce() async throws {
        try await RunningGateway.run(ingest: .words) { test in
            try await test.connect { wire in
                let key = "Idempotency-Key: one\r\n"
                let first = try await wire.ask("POST", Self.path, headers: key, body: "1 x")
                let again = try await wire.ask("POST", Self.path, headers: key, body: "1 x")
                #expect(first.status == 202 && again.status == 202 && first.body == again.body)
                #expect(first.headers["idempotency-replayed"] == nil && again.headers["idempotency-replayed"] == "true")
                #expect(try await wire.ask("POST", Self.path, headers: key, body: "2").status == 422)
                // Another machine is another thing, whatever the key.
                let other = "/api/machines/b/readings"
                #expect(try await wire.ask("POST", other, headers: key, body: "1 x").status == 202)
                let machine = try #require(MachineID("a"))
                #expect(test.store.directory.feed(machine)?.lastSequence == 1)
                #expect(test.store.rejections.counts() == [.noNumber: 2])
            }
        }
    }

    @Test(arguments: [
        ("", "x y", 422), ("", "", 422), ("Content-Type: application/xml\r\n", "1", 415),
        ("Content-Encoding: gzip\r\n", "1", 415), ("Idempotency-Key: a b\r\n", "1", 400),
        ("Origin: http://elsewhere\r\n", "1", 403), ("Origin: http://test\r\n", "1", 202),
    ])
    func refusalsAreProblems(headers: String, body: String, status: Int) async throws {
        try await RunningGateway.run(ingest: .words) { test in
            try await test.connect { wire in
                let answer = try await wire.ask(
                    "POST", Self.path,
                    headers: headers
                        + "Content-Length: 0\r\n".prefix(
                            body.isEmpty ? 19 : 0), body: body)
                #expect(answer.status == status)
                let type = answer.headers["content-type"]
                #expect(type == (status == 202 ? "application/json" : "application/problem+json"))
            }
        }
    }

    @Test func badNamesMethodsAndSizes() async throws {
        try await RunningGateway.run(ingest: .words) { test in
            try await test.connect { wire in
                #expect(try await wire.ask("POST", "/api/machines/.a/readings", body: "1").status == 400)
                let put = try await wire.ask("PUT", Self.path, body: "1")
                #expect(put.status == 405 && put.headers["allow"] == "GET, HEAD, POST")
            }
            try await test.connect { wire in
                let length = Limits.requestBodyBytesMax + 1
                try await wire.send("POST \(Self.path) HTTP/1.1\r\nHost: t\r\nContent-Length: \(length)\r\n\r\n")
                #expect(try await wire.answer().status == 413)
            }
        }
    }

    @Test func withoutAHandlerThereIsNoPost() async throws {
        try await RunningGateway.run { test in
            try await test.connect { wire in
                let answer = try await wire.ask("POST", Self.path, body: "1")
                #expect(answer.status == 405 && answer.headers["allow"] == "GET, HEAD")
                #expect(try await wire.ask("POST", "/api/readings", body: "1").status == 404)
            }
        }
    }

    @Test func aStoppedStoreAsksToComeAgain() async throws {
        try await RunningGateway.run(ingest: .words) { test in
            await test.store.stop()
            try await test.connect { wire in
                let key = "Idempotency-Key: one\r\n"
                for _ in 0..<2 {
                    let answer = try await wire.ask("POST", Self.path, headers: key, body: "1")
                    #expect(answer.status == 503 && answer.headers["retry-after"] == "2")
                    #expect(answer.headers["content-type"] == "application/problem+json")
                }
            }
        }
    }

    @Test func faultsReachTheSimulator() async throws {
        let control = SimulatorControl(faults: ["leak"]) { machine, fault, duration throws(SimulatorControl.Refusal) in
            guard machine.name == "a" else { throw .unknownMachine(known: ["a"]) }
            guard fault == "leak" else { throw .unknownFault(known: ["leak", "stall"]) }
            guard duration == .seconds(30) else { throw .notNow("30 s or nothing.") }
        }
        try await RunningGateway.run(simulator: control) { test in
            try await test.connect { wire in
                let leak = #"{"fault":"leak","duration":"30s"}"#
                #expect(try await wire.ask("POST", "/api/simulator/a/fault", body: leak).status == 202)
                #expect(try await wire.ask("POST", "/api/simulator/b/fault", body: leak).status == 404)
                let none = try await wire.ask("POST", "/api/simulator/a/fault", body: #"{"fault":"rust"}"#)
                #expect(none.status == 422 && none.body.contains("there are leak, stall"))
                #expect(try await wire.ask("POST", "/api/simulator/a/fault", body: "{}").status == 400)
                #expect(try await wire.ask("GET", "/api/simulator/a/fault").status == 405)
            }
        }
        try await RunningGateway.run { test in
            try await test.connect { wire in
                let answer = try await wire.ask("POST", "/api/simulator/a/fault", body: "{}")
                #expect(answer.status == 404)
            }
        }
    }
}
