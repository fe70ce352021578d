import NIOCore
import SocketIO
import Testing

/// Dynamic namespaces (protocol notes, section 2a).
@Suite(.timeLimit(.minutes(1))) struct NamespaceFamilyTests {
    @Test func childrenComeIntoBeingAndInherit() async throws {
        try await TestServer.run { server in
            let log = EventLog()
            server.io.onNewNamespace { log.record("new \($0.name)") }
            let family = server.io.of(pattern: "/room-*")
            family.use { socket in
                if socket.handshake.auth["token"] != "right" { throw ConnectError("no") }
            }
            family.onConnection { socket in log.record("in \(socket.namespace.name)") }
            let client = try await WebSocketClient.open(server)
            try await client.send("40/other,")
            #expect(try await client.text() == #"44/other,{"message":"Invalid namespace"}"#)
            try await client.send("40/room-1,")
            #expect(try await client.text() == #"44/room-1,{"message":"no"}"#)
            for name in ["/room-1", "/room-2"] {
                try await client.send(#"40\#(name),{"token":"right"}"#)
                #expect(try await client.text().hasPrefix(#"40\#(name),{"sid":""#))
            }
            #expect(await log.take(4) == ["new /room-1", "in /room-1", "new /room-2", "in /room-2"])
            #expect(family.children.map(\.name).sorted() == ["/room-1", "/room-2"])
            family.emit("note", 1)
            let notes = [try await client.text(), try await client.text()].sorted()
            #expect(notes == [#"42/room-1,["note",1]"#, #"42/room-2,["note",1]"#])
        }
    }

    @Test func aClosureDecidesByNameAndAuthAndAnExistingNamespaceWins() async throws {
        try await TestServer.run { server in
            server.io.of("/fixed").onConnection { $0.emit("which", "fixed") }
            server.io.of { name, auth in name.hasPrefix("/f") && auth["vip"] == true }
                .onConnection { $0.emit("which", "family") }
            let client = try await WebSocketClient.open(server)
            try await client.join("/fixed,")
            #expect(try await client.text() == #"42/fixed,["which","fixed"]"#)
            try await client.send("40/free,{}")
            #expect(try await client.text() == #"44/free,{"message":"Invalid namespace"}"#)
            try await client.send(#"40/free,{"vip":true}"#)
            #expect(try await client.text().hasPrefix("40/free,"))
            #expect(try await client.text() == #"42/free,["which","family"]"#)
        }
    }

    @Test func emptyChildrenGoWhenThatIsWanted() async throws {
        try await TestServer.run {
            $0.cleansUpEmptyChildNamespaces = true
        } _: { server in
            let family = server.io.of(pattern: "/room-*")
            let client = try await WebSocketClient.open(server)
            try await client.join("/room-1,")
            #expect(family.children.count == 1)
            try await client.send("41/room-1,")
            try await client.join("/room-2,")  // behind the goodbye, on the same connection
            #expect(family.children.map(\.name) == ["/room-2"])
            try await client.join("/room-1,")
            #expect(family.children.count == 2)
        }
    }

    @Test func theNumberOfChildrenIsBounded() async throws {
        try await TestServer.run {
            $0.childNamespacesMax = 2
        } _: { server in
            _ = server.io.of(pattern: "/*")
            let client = try await WebSocketClient.open(server)
            try await client.join("/a,")
            try await client.join("/b,")
            try await client.send("40/c,")
            #expect(try await client.text() == #"44/c,{"message":"Invalid namespace"}"#)
        }
    }
}
