import NIOCore
import NIOHTTP1
import SocketIO
import Testing

/// Handshakes that wait for the application.
@Suite(.timeLimit(.minutes(1))) struct HandshakeDecisionTests {
    /// Lets nobody pass before it is opened.
    private struct Gate: Sendable {
        private let stream: AsyncStream<Void>
        private let continuation: AsyncStream<Void>.Continuation

        init() { (self.stream, self.continuation) = AsyncStream.makeStream() }

        func open() { self.continuation.finish() }

        /// Also returns when the task is cancelled.
        func pass() async { for await _ in self.stream {} }
    }

    private struct OtherError: Error {}

    private static let webSocketHeaders = [
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    @Test func theApplicationDecides() async throws {
        try await TestServer.run {
            $0.engine.authorize = { request in
                await Task.yield()
                switch request.headers.first(name: "x-token") {
                case "good": return
                case "other": throw OtherError()
                case "coded": throw HandshakeRefusal("come back later", code: .badRequest)
                default: throw HandshakeRefusal("no such token")
                }
            }
        } _: { server in
            let connection = try await RawConnection.open(server.port)
            let polling = "\(server.path)?EIO=4&transport=polling"
            let expected: [(token: String, status: Int, body: String)] = [
                ("bad", 403, #"{"code":4,"message":"no such token"}"#),
                ("other", 403, #"{"code":4,"message":"Forbidden"}"#),
                ("coded", 400, #"{"code":3,"message":"come back later"}"#),
            ]
            for (token, status, body) in expected {
                let answer = try await connection.request("GET", polling, headers: ["X-Token: \(token)"])
                #expect((answer.status, answer.body) == (status, body))
            }
            let answer = try await connection.request("GET", polling, headers: ["X-Token: good"])
            #expect(answer.status == 200 && answer.body.hasPrefix(#"0{"sid":"#))
            // The version is looked at behind the application, as in Node.
            let old = "\(server.path)?EIO=3&transport=polling"
            #expect(try await connection.request("GET", old).status == 403)
            #expect(try await connection.request("GET", old, headers: ["X-Token: good"]).status == 400)

            for (token, status) in [("good", 101), ("bad", 400)] {
                let webSocket = try await RawConnection.open(server.port)
                let answer = try await webSocket.request(
                    "GET", "\(server.path)?EIO=4&transport=websocket",
                    headers: Self.webSocketHeaders + ["X-Token: \(token)"])
                #expect(answer.status == status)
                if status == 400 { #expect(answer.body == "no such token") }
                webSocket.close()
            }
        }
    }

    @Test func pipelinedRequestsWaitForTheDecision() async throws {
        let (gate, log) = (Gate(), EventLog())
        try await TestServer.run {
            $0.engine.authorize = { _ in
                log.record("asked")
                await gate.pass()
            }
        } _: { server in
            let connection = try await RawConnection.open(server.port)
            try await connection.send("GET", "\(server.path)?EIO=4&transport=polling")
            try await connection.send("GET", "/behind")
            try await connection.send("GET", "\(server.path)?EIO=4&transport=polling&sid=nobody")
            #expect(await log.take(1) == ["asked"])
            #expect(server.io.engine.sessionCount == 0)
            gate.open()
            #expect(try await connection.answer().body.hasPrefix(#"0{"sid":"#))
            #expect(try await connection.answer().body == "/behind")
            #expect(try await connection.answer().status == 400)
            #expect(server.io.engine.sessionCount == 1)
        }
    }

    @Test(arguments: ["polling", "websocket"])
    func whoLeavesMeanwhileGetsNoSession(transport: String) async throws {
        let (gate, log) = (Gate(), EventLog())
        try await TestServer.run {
            $0.engine.authorize = { _ in
                log.record("asked")
                await gate.pass()
                log.record("cancelled: \(Task.isCancelled)")
            }
        } _: { server in
            let connection = try await RawConnection.open(server.port)
            let target = "\(server.path)?EIO=4&transport=\(transport)"
            let headers = transport == "websocket" ? Self.webSocketHeaders : []
            try await connection.send("GET", target, headers: headers)
            #expect(await log.take(1) == ["asked"])
            connection.close()
            #expect(await log.take(1) == ["cancelled: true"])
            await server.settle()
            #expect(server.io.engine.sessionCount == 0)
        }
    }

    @Test func idsMayTakeTime() async throws {
        try await TestServer.run {
            $0.engine.makeSessionID = { request in
                await Task.yield()
                guard let id = request.headers.first(name: "x-id") else { throw OtherError() }
                return id
            }
        } _: { server in
            let connection = try await RawConnection.open(server.port)
            let target = "\(server.path)?EIO=4&transport=polling"
            let id = "abcdefghijklmnopqrst"
            let answer = try await connection.request("GET", target, headers: ["X-ID: \(id)"])
            #expect(answer.body.hasPrefix(#"0{"sid":"\#(id)","#))
            for headers in [[], ["X-ID: \(id)"], ["X-ID: "]] {
                let refused = try await connection.request("GET", target, headers: headers)
                #expect(refused.body == #"{"code":3,"message":"Bad request"}"#, "\(headers)")
            }
            #expect(server.io.engine.sessionCount == 1)
        }
    }
}
