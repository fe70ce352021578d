import SocketIO

/// Namespaces that clients bring into being: `/room-*` by pattern, `/tenant-NAME` for who knows the name's key.
enum DynamicNamespaces {
    static func make(on server: Server) {
        let rooms = server.of(pattern: "/room-*")
        let tenants = server.of { name, auth in
            name.hasPrefix("/tenant-") && auth["key"]?.stringValue == "key of \(name.dropFirst("/tenant-".count))"
        }
        for family in [rooms, tenants] {
            family.use { try OrdinaryEvents.refuse($0) }
            family.onConnection { socket in
                OrdinaryEvents.listen(to: socket)
                // Those that exist now; and a word to the sockets of all of them.
                socket.on("children") { event in
                    event.acknowledge(.array(family.children.map(\.name).sorted().map { .string($0) }))
                }
                socket.on("tell all children") { family.emit("for all", $0.arguments.first ?? .null) }
            }
        }
        server.onNewNamespace { server.of("/").to("namespace watchers").emit("new namespace", .string($0.name)) }
    }
}
