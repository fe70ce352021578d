import NIOCore
import SocketIO
import Testing

/// Connection state recovery over real connections: vectors 45 and 46, traps 54 to 58.
@Suite(.timeLimit(.minutes(1))) struct RecoveryTests {
    private struct Place {
        var socketID: String
        var pid: String
        var offset: String?
    }

    private static func run(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run {
            $0.connectionStateRecovery = RecoveryConfiguration()
        } _: { server in
            server.io.of("/").onConnection { socket in
                if socket.recovered { return socket.emit("again", socket.data["name"] ?? "nobody") }
                socket.join("room")
                socket.data["name"] = "Kim"
            }
            try await body(server)
        }
    }

    private static func place(_ text: String) throws -> Place {
        let match = try #require(text.firstMatch(of: #/^40{"sid":"([^"]+)","pid":"([^"]+)"}$/#))
        return Place(socketID: String(match.1), pid: String(match.2))
    }

    /// The offset that stands at the end of an event.
    private static func offset(_ text: String) throws -> String {
        String(try #require(text.firstMatch(of: #/"([^"]+)"\]$/#)?.1))
    }

    /// Waits until nobody is connected.
    private static func untilGone(_ server: TestServer) async {
        while server.io.of("/").socketCount > 0 { await server.settle() }
    }

    @Test func trap54_missedEventsComeBeforeTheAnswerToConnect() async throws {
        try await Self.run { server in
            let first = try await WebSocketClient.open(server)
            try await first.send("40")
            var place = try Self.place(try await first.text())
            server.io.to("room").emit("seen", 1)
            place.offset = try Self.offset(try await first.text())
            first.close()
            await Self.untilGone(server)
            server.io.to("room").emit("hello", 1)
            server.io.to("elsewhere").emit("hello", 2)
            server.io.to(place.socketID).emit("hello", 3)
            server.io.to("room").volatile.emit("hello", 4)
            server.io.emit("hello", 5)
            _ = await server.io.to("room").emitWithAck("hello", 6, timeout: .milliseconds(1))

            let second = try await WebSocketClient.open(server)
            try await second.send(#"40{"pid":"\#(place.pid)","offset":"\#(place.offset ?? "")"}"#)
            var texts: [String] = []
            while case let text = try await second.text() {
                texts.append(text)
                if text.hasPrefix("40") { break }
            }
            #expect(texts.count == 4)
            for (text, number) in zip(texts, [1, 3, 5]) { #expect(text.hasPrefix(#"42["hello",\#(number),""#)) }
            let again = try Self.place(try #require(texts.last))
            #expect((again.socketID, again.pid) == (place.socketID, place.pid))
            #expect(try await second.text().hasPrefix(#"42["again","Kim",""#), "data came back")
            server.io.to("room").emit("live")
            #expect(try await second.text().hasPrefix(#"42["live",""#), "rooms came back")
        }
    }

    @Test func trap57_aSessionIsTakenUpOnce() async throws {
        try await Self.run { server in
            let first = try await WebSocketClient.open(server)
            try await first.send("40")
            let place = try Self.place(try await first.text())
            let early = try await WebSocketClient.open(server)
            try await early.send(#"40{"pid":"\#(place.pid)"}"#)
            #expect(try Self.place(try await early.text()).socketID != place.socketID, "its owner is still here")
            first.close()
            early.close()
            await Self.untilGone(server)
            for isFirst in [true, false] {
                let client = try await WebSocketClient.open(server)
                try await client.send(#"40{"pid":"\#(place.pid)"}"#)
                let found = try Self.place(try await client.text())
                #expect((found.socketID == place.socketID) == isFirst)
            }
        }
    }

    @Test(arguments: [
        #"{"pid":"foo","offset":"bar"}"#, #"{"pid":1,"offset":"bar"}"#, #"{"pid":{},"offset":[]}"#,
        #"{"offset":"bar"}"#, #"{"pid":null}"#,
    ])
    func vector46_whatIsUnknownIsAnOrdinaryConnect(auth: String) async throws {
        try await Self.run { server in
            let client = try await WebSocketClient.open(server)
            try await client.send("40" + auth)
            _ = try Self.place(try await client.text())
        }
    }

    @Test func trap58_anOffsetThatIsNoStringDoesNotRecover() async throws {
        try await Self.run { server in
            let first = try await WebSocketClient.open(server)
            try await first.send("40")
            let place = try Self.place(try await first.text())
            first.close()
            await Self.untilGone(server)
            let second = try await WebSocketClient.open(server)
            try await second.send(#"40{"pid":"\#(place.pid)","offset":["x"]}"#)
            #expect(try Self.place(try await second.text()).socketID != place.socketID)
        }
    }

    @Test func trap55_aGoodbyeIsFinal() async throws {
        try await Self.run { server in
            let first = try await WebSocketClient.open(server)
            try await first.send("40")
            let place = try Self.place(try await first.text())
            try await first.send("41")
            await Self.untilGone(server)
            try await first.send(#"40{"pid":"\#(place.pid)"}"#)
            #expect(try Self.place(try await first.text()).socketID != place.socketID)
        }
    }

    @Test func trap56_whatIsSentToASocketThatIsAwayIsKept() async throws {
        try await TestServer.run {
            $0.connectionStateRecovery = RecoveryConfiguration()
        } _: { server in
            let away = EventLog()
            server.io.of("/").onConnection { socket in
                guard !socket.recovered else { return }
                socket.onDisconnect { _ in
                    socket.emit("late", "x")
                    away.record("away")
                }
            }
            let first = try await WebSocketClient.open(server)
            try await first.send("40")
            let place = try Self.place(try await first.text())
            first.close()
            #expect(await away.take(1) == ["away"])
            let second = try await WebSocketClient.open(server)
            try await second.send(#"40{"pid":"\#(place.pid)"}"#)
            #expect(try await second.text().hasPrefix(#"42["late","x",""#))
            #expect(try Self.place(try await second.text()).socketID == place.socketID)
        }
    }

    @Test func whatAHandlerSendsKeepsItsOrder() async throws {
        try await Self.run { server in
            server.io.of("/").onConnection { socket in
                socket.onAnyOutgoing { event, _ in if event == "one" { socket.emit("between") } }
                socket.on("go") { event in
                    socket.emit("one")
                    event.acknowledge()
                    socket.conflated(key: "k").emit("two")
                    server.io.to("room").emit("three")
                    socket.disconnect()
                }
            }
            let client = try await WebSocketClient.open(server)
            try await client.join()
            try await client.send(#"421["go"]"#)
            let texts = try await client.texts(before: "41")
            let names = texts.map { String($0.prefix { $0 != "," && $0 != "]" }) }
            #expect(names == [#"42["one""#, #"42["between""#, "431[", #"42["two""#, #"42["three""#])
        }
    }

    @Test func eventsOfManyThreadsComeInTheOrderOfTheirOffsets() async throws {
        try await Self.run { server in
            server.io.of("/").onConnection { socket in
                socket.on("echo") { socket.emit("n", arguments: $0.arguments) }
            }
            let clients = [try await WebSocketClient.open(server), try await WebSocketClient.open(server)]
            for client in clients { try await client.join() }
            await withTaskGroup(of: Void.self) { tasks in
                for task in 0..<4 {
                    tasks.addTask {
                        for number in 0..<100 { server.io.to("room").emit("n", .number(100 * task + number)) }
                    }
                }
                for client in clients { for _ in 0..<100 { try? await client.send(#"42["echo",-1]"#) } }
            }
            for client in clients {
                var places: [Int] = []
                for _ in 0..<500 {
                    let offset = try Self.offset(try await client.text())
                    places.append(try #require(Int(offset.dropFirst(6), radix: 36)))
                }
                #expect(places == places.sorted())
            }
        }
    }

    @Test func withoutTheOptionNothingOfItIsOnTheWire() async throws {
        try await TestServer.run { server in
            let client = try await WebSocketClient.open(server)
            try await client.send(#"40{"pid":"x","offset":"y"}"#)
            #expect(try await client.text().firstMatch(of: #/^40{"sid":"[^"]+"}$/#) != nil)
            server.io.emit("plain")
            #expect(try await client.text() == #"42["plain"]"#)
        }
    }
}
