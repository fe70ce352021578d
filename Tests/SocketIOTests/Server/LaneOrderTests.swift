import NIOCore
import Testing

@testable import SocketIO

/// Broadcasts on the short way, in between with all that goes the long one: every client sees the order in which the
/// application sent.
@Suite(.timeLimit(.minutes(1))) struct LaneOrderTests {
    private static func configure(_ configuration: inout Server.Configuration) {
        configuration.engine.sendsDirectly = true
        configuration.engine.mergeWindow = .milliseconds(16)
    }

    @Test(arguments: [false, true])
    func broadcastsAndMessagesToOneKeepTheirOrder(isBatch: Bool) async throws {
        try await TestServer.run(configure: Self.configure) { server in
            let namespace = server.io.of("/")
            namespace.onConnection { $0.join("room") }
            let clients = [try await WebSocketClient.open(server), try await WebSocketClient.open(server)]
            for client in clients { try await client.join() }
            let rounds = 200
            namespace.onEachEventLoop { local in
                let sockets = namespace.shard(local.eventLoop)?.members(of: "room") ?? []
                for number in 0..<rounds {
                    let events = (0..<3).map { part in
                        PreparedEvent(namespace: "/", event: "all", arguments: [.number(number * 3 + part)])
                    }
                    if isBatch {
                        local.batch { for event in events { local.emit(event) } }
                    } else {
                        for event in events { local.emit(event) }
                    }
                    for socket in sockets where number % 7 == 0 { socket.emit("one", .number(number)) }
                }
                local.emit(PreparedEvent(namespace: "/", event: "fence", arguments: []))
            }
            var expected: [String] = []
            for number in 0..<rounds {
                for part in 0..<3 { expected.append(#"42["all",\#(number * 3 + part)]"#) }
                if number % 7 == 0 { expected.append(#"42["one",\#(number)]"#) }
            }
            for client in clients {
                #expect(try await client.texts(before: #"42["fence"]"#) == expected)
            }
        }
    }

    @Test func aListenerOfOutgoingEventsSeesAllThatGoesByALane() async throws {
        try await TestServer.run(configure: Self.configure) { server in
            let seen = EventLog()
            server.io.of("/").onConnection { socket in
                socket.onAnyOutgoing { name, _ in seen.record(name) }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            for name in ["a", "b"] { server.io.emit(name) }
            #expect(try await client.text() == #"42["a"]"#)
            #expect(try await client.text() == #"42["b"]"#)
            #expect(await seen.take(2) == ["a", "b"])
        }
    }

    @Test func whoIsNotAdmittedYetGetsNothing_andHasItsRoomsAfterwards() async throws {
        try await TestServer.run(configure: Self.configure) { server in
            server.io.of("/").use { socket in
                socket.join("room")
                server.io.to("room").emit("early")
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            server.io.to("room").emit("late")
            #expect(try await client.text() == #"42["late"]"#)
        }
    }
}
