import NIOCore
import SocketIO
import Testing

/// Namespace and packet middlewares (protocol notes, section 2a).
@Suite(.timeLimit(.minutes(1))) struct MiddlewareTests {
    private struct Odd: Error, CustomStringConvertible {
        let description = "odd"
    }

    @Test func aRefusalIsAConnectErrorAndTheConnectionStays() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.of("/guarded").use { socket in
                socket.join("left behind")
                switch socket.handshake.auth["token"] {
                case "right": return
                case "odd": throw Odd()
                case "plain": throw ConnectError("Not authorized")
                default: throw ConnectError("Not authorized", data: ["retry": false])
                }
            }
            server.io.of("/guarded").onConnection { _ in log.record("connected") }
            let client = try await WebSocketClient.open(server)
            try await client.send("40/guarded,{}")
            #expect(try await client.text() == #"44/guarded,{"message":"Not authorized","data":{"retry":false}}"#)
            try await client.send(#"40/guarded,{"token":"plain"}"#)
            #expect(try await client.text() == #"44/guarded,{"message":"Not authorized"}"#)
            try await client.send(#"40/guarded,{"token":"odd"}"#)
            #expect(try await client.text() == #"44/guarded,{"message":"odd"}"#)
            #expect(server.io.of("/guarded").count(inRoom: "left behind") == 0)
            try await client.send(#"40/guarded,{"token":"right"}"#)
            #expect(try await client.text().hasPrefix(#"40/guarded,{"sid":""#))
            #expect(await log.take(1) == ["connected"])
            #expect(server.io.of("/guarded").count(inRoom: "left behind") == 1)
        }
    }

    @Test func middlewaresRunInOrderAndTheFirstRefusalEnds() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            let namespace = server.io.of("/")
            namespace.use { _ in log.record("first") }
            namespace.use { _ in
                log.record("second")
                throw ConnectError("no")
            }
            namespace.use { _ in log.record("never") }
            let client = try await WebSocketClient.open(server)
            try await client.send("40")
            #expect(try await client.text() == #"44{"message":"no"}"#)
            log.record("end")
            #expect(await log.take(3) == ["first", "second", "end"])
        }
    }

    @Test func trap31_aSecondConnectWhileTheFirstIsAskedEndsTheConnection() async throws {
        try await TestServer.run { server in
            let asked = EventLog()
            let release = EventLog()
            server.io.of("/").use { _ in
                asked.record("asked")
                _ = await release.take(1)
            }
            server.io.of("/").onConnection { _ in asked.record("connected") }
            let client = try await WebSocketClient.open(server)
            try await client.send("40")
            #expect(await asked.take(1) == ["asked"])
            try await client.send("40")
            #expect(try await client.frame().opcode == WebSocketFrame.Opcode.close.rawValue)
            release.record("go")
            // Trap 32: it finishes after the client left. No handlers, no rooms, no socket.
            await server.settle()
            asked.record("end")
            #expect(await asked.take(1) == ["end"])
            #expect(server.io.of("/").socketCount == 0)
        }
    }

    @Test func trap32_aClientThatLeftIsForgotten() async throws {
        try await TestServer.run { server in
            let asked = EventLog()
            let release = EventLog()
            let closed = EventLog()
            server.io.of("/").use { socket in
                socket.join("room")
                asked.record("asked")
                _ = await release.take(1)
                closed.record("answered")
            }
            server.io.of("/").onConnection { _ in closed.record("connected") }
            let client = try await WebSocketClient.open(server)
            try await client.send("40")
            #expect(await asked.take(1) == ["asked"])
            client.close()
            while server.io.engine.sessionCount > 0 { await server.settle() }
            release.record("go")
            #expect(await closed.take(1) == ["answered"])
            while server.io.of("/").count(inRoom: "room") > 0 { await server.settle() }
            #expect(server.io.of("/").socketCount == 0)
        }
    }

    @Test func anEventThatAMiddlewareRefusesIsDroppedAndTheConnectionKept() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.use { event in if event.name == "forbidden" { throw Odd() } }
                socket.onError { log.record("error \($0)") }
                socket.onAny { log.record("any \($0.name)") }
                socket.on("forbidden") { _ in log.record("handled") }
                socket.on("allowed") { $0.acknowledge("yes") }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"421["forbidden"]"#)
            try await client.send(#"422["allowed"]"#)
            #expect(try await client.text() == #"432["yes"]"#)
            #expect(await log.take(2) == ["error odd", "any allowed"])
        }
    }

    @Test func aPayloadThatDoesNotFitItsTypeIsAnError() async throws {
        struct Join: Codable { var machine: String }
        try await TestServer.run { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.onError { error in log.record((error as? PayloadError)?.event ?? "?") }
                socket.on("join", as: Join.self) { join, event in
                    #expect(throws: Never.self) { try event.acknowledge(encoding: ["joined": join.machine]) }
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"421["join",{"machine":7}]"#)
            try await client.send(#"422["join"]"#)
            try await client.send(#"423["join",{"machine":"a"}]"#)
            #expect(try await client.text() == #"433[{"joined":"a"}]"#)
            #expect(await log.take(2) == ["join", "join"])
        }
    }
}
