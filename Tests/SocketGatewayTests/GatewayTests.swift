import NIOCore
import SocketIO
import Testing

@testable import SocketGateway

/// The whole gateway over loopback.
@Suite(.timeLimit(.minutes(1))) struct GatewayTests {
    private static let handshake = "/socket.io/?EIO=4&transport=polling"

    @Test func oneConnectionCarriesBothKindsInAnyOrder() async throws {
        try await RunningGateway.run { test in
            for pageFirst in [true, false] {
                try await test.connect { wire in
                    if pageFirst { #expect(try await wire.ask("GET", "/").status == 200) }
                    let opened = try await wire.ask("GET", Self.handshake)
                    #expect(opened.status == 200 && opened.body.hasPrefix("0{"))
                    #expect(try await wire.ask("GET", "/index.html").body == "<!doctype html>")
                    let path = try Self.pollPath(opened.body)
                    #expect(try await wire.ask("POST", path, body: "40/machines,").body == "ok")
                    #expect(try await wire.ask("GET", path).body.hasPrefix("40/machines,"))
                    #expect(try await wire.ask("GET", "/healthz").status == 200)
                    #expect(try await wire.ask("POST", path, body: "1").body == "ok")
                }
            }
        }
    }

    @Test func joinHasTheNextSequence() async throws {
        try await RunningGateway.run { test in
            try await test.commit("a", rpm: [1, 2, 3])
            try await test.connect { wire in
                let path = try Self.pollPath(try await wire.ask("GET", Self.handshake).body)
                _ = try await wire.ask(
                    "POST", path,
                    body: "40/machines,\u{1e}42/machines,0[\"joinRoom\",{\"machine\":\"a\",\"history\":2}]")
                var received = ""
                while !received.contains("43/machines,0[") {
                    received += try await wire.ask("GET", path).body + "\u{1e}"
                }
                #expect(received.contains(#""nextSeq":4,"lost":0,"readings":[{"machine":"a","seq":2,"#))
                try await test.commit("a", rpm: [4])
                while !received.contains(#"["machineData""#) {
                    received += try await wire.ask("GET", path).body + "\u{1e}"
                }
                #expect(received.contains(#"["machineData",{"machine":"a","seq":4,"#))
            }
        }
    }

    @Test func whoWaitsForAMachineMissesNothing() async throws {
        try await RunningGateway.run { test in
            try await test.connect { wire in
                let path = try Self.pollPath(try await wire.ask("GET", Self.handshake).body)
                let join = #"42/machines,0["joinRoom",{"machine":"late","wait":true}]"#
                // The second event's answer says that the first was handled.
                let packets = ["40/machines,", join, #"42/machines,1["watch",{"machines":[]}]"#]
                _ = try await wire.ask("POST", path, body: packets.joined(separator: "\u{1e}"))
                var received = ""
                while !received.contains("43/machines,1[") {
                    received += try await wire.ask("GET", path).body + "\u{1e}"
                }
                #expect(!received.contains("43/machines,0["))
                try await test.commit("late", rpm: [1, 2])
                while !received.contains(#""seq":2,"#) { received += try await wire.ask("GET", path).body + "\u{1e}" }
                let ack = try #require(received.firstRange(of: #"43/machines,0[{"ok":true"#))
                let data = try #require(received.firstRange(of: #"["machineData",{"machine":"late","seq":1,"#))
                #expect(ack.lowerBound < data.lowerBound)
                #expect(received.contains(#""nextSeq":1,"lost":0,"readings":[]"#))
            }
        }
    }

    @Test func endsInSpiteOfHeldPollsIdleAndMuteConnections() async throws {
        // RunningGateway fails if the gateway does not end.
        try await RunningGateway.run { test in
            try await test.connect { idle in
                #expect(try await idle.ask("GET", "/").status == 200)
                try await test.connect { mute in
                    try await mute.send(Self.webSocketRequest)
                    #expect(try await mute.answer().status == 101)
                    try await test.connect { wire in
                        let path = try Self.pollPath(try await wire.ask("GET", Self.handshake).body)
                        _ = try await wire.ask("POST", path, body: "40/machines,")
                        _ = try await wire.ask("GET", path)
                        try await wire.send("GET \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
                        await test.gateway.shutdown()
                        #expect(try await idle.rest().isEmpty)
                    }
                }
            }
        }
    }

    @Test func webSocketNeedsNoHummingbird() async throws {
        let responder: HTTPChannelHandlerResponder = { _, _, _ in }
        let server = SocketServer.make()
        let connections = HTTPConnections()
        let channel = GatewayChannel(
            responder: responder,
            connections: connections,
            makeSocketHandler: { server.makeChannelHandler() }
        )
        try await SocketServer.accept(channel) { value, address in
            try await WireClient.connect(to: address) { wire in
                try await wire.send(Self.webSocketRequest)
                #expect(try await wire.answer().status == 101)
                // Nobody has asked for a task: this returns, with the WebSocket open.
                connections.finish()
                await connections.run()
                #expect(try await SocketServer.handlers(of: value().channel).allSatisfy { !$0.contains("Mount") })
            }
        }
        await server.shutdown()
    }

    private static let webSocketRequest = """
        GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
        Host: test\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r

        """

    private static func pollPath(_ open: String) throws -> String {
        let match = try #require(open.firstMatch(of: /"sid":"([^"]+)"/))
        return "\(self.handshake)&sid=\(match.1)"
    }
}
