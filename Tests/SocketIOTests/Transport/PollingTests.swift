import NIOCore
import SocketIO
import Testing

/// HTTP long-polling as a client meets it; GETs and POSTs come on connections of different event loops.
@Suite(.timeLimit(.minutes(1))) struct PollingTests {
    private static let unknownSession = #"{"code":1,"message":"Session ID unknown"}"#

    /// A joined client, and what the server hears of its end.
    private static func run(
        configure: (inout Server.Configuration) -> Void = { _ in },
        _ body: (TestServer, PollingClient, EventLog) async throws -> Void
    ) async throws {
        try await TestServer.run(configure: configure) { server in
            let log = EventLog()
            server.io.of("/").onConnection { socket in
                socket.on("echo") { socket.emit("echo", arguments: $0.arguments) }
                socket.onDisconnect { log.record("\($0)") }
            }
            let client = try await PollingClient.open(server)
            #expect(try await client.join() == [])
            try await body(server, client, log)
        }
    }

    @Test func trap09_oneWholeAnswerThatNobodyCaches() async throws {
        try await Self.run { server, client, _ in
            #expect(try await client.post(#"42["echo","€"]"#).headers["content-type"] == "text/html")
            let answer = try await client.poll()
            #expect(answer.body == #"42["echo","€"]"#)
            #expect(answer.headers["content-length"] == "16")
            #expect(answer.headers["content-type"] == "text/plain; charset=UTF-8")
            #expect(answer.headers["cache-control"] == "no-store")
            #expect(answer.headers["transfer-encoding"] == nil)
        }
    }

    @Test func trap06_twoPollsAtOnce() async throws {
        try await Self.run { server, client, log in
            try await client.beginPoll()
            await server.settle()
            let second = try await client.posts.request("GET", client.target)
            #expect(second.status == 400)
            #expect(second.body == "")
            #expect(try await client.gets.answer().body == "1")
            #expect(await log.take(1) == ["transport error"])
            #expect(try await client.poll().body == Self.unknownSession)
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func trap07_twoPostsAtOnce() async throws {
        try await Self.run { server, client, log in
            let head = "POST \(client.target) HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
            // Two heads without bodies on connections of their own: whichever is read second ends the session.
            let other = try await RawConnection.open(server.port)
            try await client.posts.write(head)
            try await other.write(head)
            #expect(await log.take(1) == ["transport error"])
            #expect(try await client.posts.answer().status == 400)
            #expect(try await other.answer().status == 400)
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func trap07_thePacketsOfAPostStayInOrder() async throws {
        try await Self.run { _, client, _ in
            var expected: [String] = []
            for round in 0..<20 {
                let events = (0..<50).map { #"42["echo",\#(round * 50 + $0)]"# }
                let body = events.joined(separator: "\u{1E}")
                #expect(try await client.post(body).body == "ok")
                expected += events
            }
            var received: [String] = []
            while received.count < expected.count { received += try await client.poll().packets }
            #expect(received == expected)
        }
    }

    @Test func attachmentsGoAsBase64BehindTheirPacket() async throws {
        try await Self.run { _, client, _ in
            let header = #"451-["echo",{"_placeholder":true,"num":0}]"#
            let posted = try await client.post(header, "bAQIDBA==")
            #expect(posted.body == "ok")
            #expect(try await client.poll().packets == [header, "bAQIDBA=="])
        }
    }

    @Test func aBodyInPiecesIsOneBody() async throws {
        try await Self.run { _, client, _ in
            let body = #"42["echo","abc"]"#
            var text = "POST \(client.target) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            for character in body { text += "1\r\n\(character)\r\n" }
            try await client.posts.write(text + "0\r\n\r\n")
            #expect(try await client.posts.answer().body == "ok")
            #expect(try await client.poll().body == body)
        }
    }

    @Test func theGoodByeEndsAHeldPollWithNoop() async throws {
        try await Self.run { server, client, log in
            try await client.beginPoll()
            await server.settle()
            #expect(try await client.post("1").body == "ok")
            #expect(try await client.gets.answer().body == "6")
            #expect(await log.take(1) == ["transport close"])
            #expect(try await client.poll().body == Self.unknownSession)
        }
    }

    @Test(arguments: ["abc", "", "4abc\u{1E}", "2"]) func whatIsNoPacketEndsTheSession(_ body: String) async throws {
        try await Self.run { server, client, log in
            let answer = try await client.post(body)
            #expect(answer.status == (body == "2" ? 200 : 400))
            #expect(await log.take(1) == [body == "2" ? "transport error" : "parse error"])
            #expect(try await client.poll().body == Self.unknownSession)
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func anOctetStreamIsAnsweredAndEndsTheSession() async throws {
        try await Self.run { _, client, log in
            let answer = try await client.posts.request(
                "POST", client.target, headers: ["Content-Type: application/octet-stream"], body: "4a")
            #expect(answer.status == 400)
            #expect(await log.take(1) == ["parse error"])
        }
    }

    @Test(arguments: ["40", #"42/never,["x"]"#, "4abc"]) func aViolationIsTakenBackWithNoopAndClose(
        _ packet: String
    ) async throws {
        try await Self.run { server, client, _ in
            let posted = try await client.post(packet)
            #expect(posted.body == "ok")
            #expect(try await client.poll().packets == ["6", "1"])
            #expect(try await client.poll().body == Self.unknownSession)
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func trap14_aBodyOverTheLimit() async throws {
        try await Self.run(configure: { $0.engine.maxPayload = 100 }) { server, client, _ in
            let answer = try await client.post("4" + String(repeating: "x", count: 100))
            #expect(answer.status == 413)
            #expect(server.io.engine.sessionCount == 1)
        }
    }

    @Test func trap27_strangeSessionIDsAreJustUnknown() async throws {
        try await TestServer.run { server in
            let connection = try await RawConnection.open(server.port)
            for id in ["", "__proto__", "%00", "%E2%82%AC", String(repeating: "x", count: 5_000)] {
                let answer = try await connection.request(
                    "GET", "\(server.path)?EIO=4&transport=polling&sid=\(id)")
                #expect(answer.status == 400)
                #expect(answer.body == Self.unknownSession)
            }
        }
    }
}
