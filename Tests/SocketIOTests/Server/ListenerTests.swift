import SocketIO
import Testing

/// Which listeners are called, and in which order.
@Suite(.timeLimit(.minutes(1))) struct ListenerTests {
    @Test func handlersOfTheNamespaceComeAfterThoseOfTheSocket() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            let namespace = server.io.of("/")
            namespace.onEvent("a") { log.record("namespace \($0.arguments.first?.intValue ?? 0)") }
            namespace.onEvent("b") { $0.acknowledge(["ok": true]) }
            namespace.onDisconnecting { socket, reason in
                log.record("namespace \(socket.rooms.contains("room")) \(reason)")
            }
            namespace.onConnection { socket in
                socket.join("room")
                socket.on("a") { _ in log.record("socket") }
                socket.onDisconnecting { _ in log.record("socket goes") }
            }
            for number in 1...2 {
                let client = try await WebSocketClient.open(server)
                try await client.join()
                try await client.send(#"42["a",\#(number)]"#)
                #expect(await log.take(2) == ["socket", "namespace \(number)"])
                try await client.send(#"427["b"]"#)
                #expect(try await client.text() == #"437[{"ok":true}]"#)
                try await client.send("41")
                #expect(await log.take(2) == ["socket goes", "namespace true client namespace disconnect"])
            }
        }
    }

    @Test func catchAllListenersComeFirstAndGoWhenAsked() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.on("connection") { socket in
                socket.on("a") { _ in log.record("a") }
                let second = socket.onAny { log.record("any \($0.name)") }
                socket.prependAny { log.record("first \($0.name)") }
                socket.once("a") { _ in log.record("once") }
                socket.on("off one") { _ in socket.offAny(second) }
                socket.on("off all") { _ in socket.offAny() }
                let extra = socket.on("a") { _ in log.record("extra") }
                socket.on("off extra") { _ in socket.off(extra) }
                socket.on("off a") { _ in socket.off("a") }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"42["a"]"#)
            #expect(await log.take(5) == ["first a", "any a", "a", "once", "extra"])
            try await client.send(#"42["off extra"]"#)
            try await client.send(#"42["a"]"#)
            #expect(await log.take(5) == ["first off extra", "any off extra", "first a", "any a", "a"])
            try await client.send(#"42["off one"]"#)
            try await client.send(#"42["a"]"#)
            #expect(await log.take(4) == ["first off one", "any off one", "first a", "a"])
            try await client.send(#"42["off all"]"#)
            try await client.send(#"42["a"]"#)
            #expect(await log.take(2) == ["first off all", "a"])
            try await client.send(#"42["off a"]"#)
            try await client.send(#"42["a"]"#)
            server.io.of("/").disconnectSockets()
            #expect(try await client.text() == "41")
            log.record("end")
            #expect(await log.take(1) == ["end"])
        }
    }

    @Test func outgoingListenersSeeBroadcastsToo() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.on("connection") { socket in
                let listener = socket.onAnyOutgoing { event, arguments in log.record("\(event) \(arguments.count)") }
                socket.prependAnyOutgoing { event, _ in log.record("first \(event)") }
                socket.on("off one") { event in
                    socket.offAnyOutgoing(listener)
                    event.acknowledge()
                }
                socket.on("off all") { event in
                    socket.offAnyOutgoing()
                    event.acknowledge()
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            server.io.emit("all", 1, 2)
            #expect(await log.take(2) == ["first all", "all 2"])
            #expect(try await client.text() == #"42["all",1,2]"#)
            try await client.send(#"421["off one"]"#)
            #expect(try await client.text() == "431[]")
            server.io.of("/").local.send("x")
            #expect(await log.take(1) == ["first message"])
            #expect(try await client.text() == #"42["message","x"]"#)
            try await client.send(#"421["off all"]"#)
            #expect(try await client.text() == "431[]")
            server.io.emit("unheard")
            #expect(try await client.text() == #"42["unheard"]"#)
            log.record("end")
            #expect(await log.take(1) == ["end"])
        }
    }
}
