import SocketIO
import TelemetryCore
import Testing

@testable import SocketGateway

@Suite struct JoinRequestTests {
    @Test func nameAlone() throws {
        let request = try JoinRequest("machineA")
        #expect(request.machine.name == "machineA")
        #expect(request.history == nil && request.since == nil && !request.waits)
    }

    @Test func everything() throws {
        let request = try JoinRequest([
            "machine": "a", "history": 5, "since": 41, "epoch": "e", "username": " Kim ", "wait": true, "more": [1],
        ])
        #expect(request.history == 5 && request.since == 41 && request.epoch == "e")
        #expect(request.username == "Kim" && request.waits)
    }

    @Test func nullCountsAsAbsent() throws {
        let request = try JoinRequest([
            "machine": "a", "history": nil, "since": nil, "epoch": nil, "username": nil, "wait": nil,
        ])
        let plain = try JoinRequest("a")
        #expect(request == plain)
    }

    @Test(
        arguments: [
            nil, .null, 7, true, [], [:], ["machine": 7], ["machine": "a", "history": -1],
            ["machine": "a", "history": 1.5],
            ["machine": "a", "since": "1"], ["machine": "a", "wait": 1], ["machine": "a", "epoch": 1],
            ["machine": "a", "epoch": .string(String(repeating: "e", count: Limits.epochBytesMax + 1))],
        ] as [SocketValue?])
    func senseless(argument: SocketValue?) {
        #expect { _ = try JoinRequest(argument) } throws: { ($0 as? ClientError)?.code == .badRequest }
    }

    @Test(arguments: ["", ".hidden", "-x", "a b", "a/b", String(repeating: "a", count: 65)])
    func badName(name: String) {
        #expect { _ = try JoinRequest(.string(name)) } throws: { ($0 as? ClientError)?.code == .badMachine }
    }

    @Test(arguments: ["", "  ", "server", "Server", "a\nb", "\u{202e}evil", String(repeating: "x", count: 129)])
    func badUserName(name: String) {
        #expect {
            _ = try JoinRequest(["machine": "a", "username": .string(name)])
        } throws: { ($0 as? ClientError)?.code == .badUsername }
    }

    @Test func boundsOfTheHistory() throws {
        let epoch = try #require(Epoch("here"))
        func bounds(_ value: SocketValue, capacity: Int = 1_000_000) throws -> (since: Int64?, limit: Int) {
            try JoinRequest(value).bounds(epoch: epoch, capacity: capacity)
        }
        #expect(try bounds("a") == (nil, Limits.joinHistoryDefault))
        #expect(try bounds("a", capacity: 100) == (nil, 100))
        #expect(try bounds(["machine": "a", "since": 3]) == (3, Limits.joinReadingsMax))
        #expect(try bounds(["machine": "a", "since": 3, "epoch": "here", "history": 7]) == (3, 7))
        #expect(try bounds(["machine": "a", "since": 3, "epoch": "elsewhere"]) == (nil, Limits.joinHistoryDefault))
        #expect(try bounds(["machine": "a", "history": 1e15]) == (nil, Limits.joinReadingsMax))
    }
}

@Suite struct WatchRequestTests {
    @Test func listAndAll() throws {
        let a = try #require(MachineID("a"))
        #expect(try WatchRequest(["machines": ["a", "a"]]) == .machines([a]))
        #expect(try WatchRequest(["machines": []]) == .machines([]))
        #expect(try WatchRequest(["machines": "*"]) == .all)
    }

    @Test(
        arguments: [
            nil, "a", [:], ["machines": "a"], ["machines": [1]], ["machines": ["a b"]],
            ["machines": .array(Array(repeating: "a", count: Limits.machinesPerWatchMax + 1))],
        ] as [SocketValue?])
    func senseless(argument: SocketValue?) {
        #expect(throws: ClientError.self) { _ = try WatchRequest(argument) }
    }
}
