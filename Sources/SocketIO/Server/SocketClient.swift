import NIOCore

/// The Socket.IO side of one Engine.IO session (socket.io-protocol v5, "Connection to a namespace"): decodes its packets and
/// hands them to the sockets of the namespaces it has joined. Confined to the session's event loop.
final class SocketClient {
    let connection: EngineConnection
    private unowned let server: Server
    private var decoder = SocketPacketDecoder()
    private var sockets: [String: Socket] = [:]
    /// Namespaces that were left: a client packet that crossed the good-bye is dropped, not a violation (trap 34).
    private var leftNamespaces: Set<String> = []
    private var connectTimer: Scheduled<Void>?

    /// Makes the session a Socket.IO connection; it keeps the client alive until it closes.
    static func attach(to connection: EngineConnection, server: Server) {
        let client = SocketClient(connection: connection, server: server)
        connection.onMessage { client.received($0) }
        connection.onClose { client.connectionClosed(DisconnectReason($0)) }
        let bound = NIOLoopBound(client, eventLoop: connection.eventLoop)
        client.connectTimer = connection.eventLoop.scheduleTask(in: server.configuration.connectTimeout) {
            bound.value.connectTimedOut()
        }
    }

    private init(connection: EngineConnection, server: Server) {
        self.connection = connection
        self.server = server
    }

    // MARK: Inbound

    private func received(_ message: EngineMessage) {
        do {
            let packet: SocketPacket?
            switch message {
            case .text(let text): packet = try self.decoder.decode(text: text)
            case .binary(let bytes): packet = try self.decoder.decode(binary: bytes)
            }
            if let packet { self.dispatch(packet) }
        } catch {
            self.connection.close()
        }
    }

    private func dispatch(_ packet: SocketPacket) {
        let socket = self.sockets[packet.namespace]
        switch (packet, socket) {
        case (.connect(let namespace, let payload), nil): self.connect(namespace, payload)
        case (.event(_, let id, let name, let arguments), let socket?):
            socket.received(name: name, arguments: arguments, ackID: id)
        case (.ack(_, let id, let arguments), let socket?): socket.received(ack: id, arguments)
        case (.disconnect, let socket?): self.leave(socket, .clientNamespaceDisconnect)
        case (.connect, _), (.connectError, _): self.violated()
        case (_, nil):
            guard self.leftNamespaces.contains(packet.namespace) else { return self.violated() }
        }
    }

    /// A second CONNECT, a packet for a namespace that was never joined, a CONNECT_ERROR: the whole connection ends.
    private func violated() {
        self.closeSockets(.forcedServerClose)
        self.connection.close()
    }

    private func connect(_ name: String, _ payload: SocketObject?) {
        guard let namespace = self.server.existingNamespace(name) else {
            return self.refuse(name, "Invalid namespace")
        }
        guard self.sockets.count < SocketLimits.namespacesPerConnectionMax else {
            return self.refuse(name, "Too many namespaces")
        }
        self.connectTimer?.cancel()
        self.connectTimer = nil
        self.leftNamespaces.remove(name)
        let handshake = Handshake(request: self.connection.request, auth: payload ?? SocketObject())
        let socket = Socket(namespace: namespace, client: self, handshake: handshake)
        self.sockets[name] = socket
        self.send(SocketPacketEncoder.connect(namespace: name, payload: ["sid": .string(socket.id)]))
        namespace.enter(socket)
    }

    private func refuse(_ namespace: String, _ message: String) {
        self.send(SocketPacketEncoder.connectError(namespace: namespace, message: message, data: nil))
    }

    private func connectTimedOut() {
        self.connectTimer = nil
        if self.sockets.isEmpty { self.connection.close() }
    }

    // MARK: Outbound

    @discardableResult
    func send(_ packet: EncodedSocketPacket) -> SendResult { self.connection.send(OutboundMessage(packet)) }

    // MARK: The end

    /// One namespace ends; the others and the connection go on.
    func leave(_ socket: Socket, _ reason: DisconnectReason) {
        self.sockets[socket.namespace.name] = nil
        // The client chooses from the namespaces that exist, so this set is as bounded as they are.
        self.leftNamespaces.insert(socket.namespace.name)
        socket.ended(reason)
    }

    /// Ends all namespaces and the connection.
    func disconnect() {
        for socket in self.sockets.values { socket.disconnect() }
        self.connection.close()
    }

    private func connectionClosed(_ reason: DisconnectReason) {
        self.connectTimer?.cancel()
        self.connectTimer = nil
        self.closeSockets(reason)
    }

    private func closeSockets(_ reason: DisconnectReason) {
        let sockets = self.sockets
        self.sockets = [:]
        for socket in sockets.values { socket.ended(reason) }
    }
}
