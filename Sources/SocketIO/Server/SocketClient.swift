import NIOCore

/// The Socket.IO side of one Engine.IO session (socket.io-protocol v5, "Connection to a namespace"): decodes its
/// packets and hands them to the sockets of the namespaces it has joined. Confined to the session's event loop.
final class SocketClient {
    let connection: EngineConnection
    /// Held: a session may outlive the last reference its maker keeps (a program that ends without `shutdown`), and
    /// what it still receives then must find the server. The session drops this client when it closes.
    private let server: Server
    private var decoder = SocketPacketDecoder()
    private var sockets: [String: Socket] = [:]
    /// Namespaces that were left: a client packet that crossed the good-bye is dropped, not a violation (trap 34).
    private var leftNamespaces: Set<String> = []
    private var connectTimer: Scheduled<Void>?
    private var attachmentTimer: Scheduled<Void>?

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
            self.watchAttachments()
            if let packet { self.dispatch(packet) }
        } catch {
            self.failed(error)
        }
    }

    /// What came is no packet: the sockets hear of it, then the connection ends.
    private func failed(_ error: any Error) {
        for socket in self.sockets.values where socket.isAdmitted { socket.failed(error) }
        switch error as? SocketParseError {
        case .json(.tooDeep)?: self.end(at: .jsonDepth)
        case .tooManyAttachments?, .attachmentsTooLarge?: self.end(at: .attachments)
        default: self.connection.close()
        }
    }

    /// A limit was reached that this client may run into and live.
    func reached(_ limit: ServerLimit) { self.server.configuration.engine.observer?.limitReached(limit) }

    /// A limit was reached that ends the connection.
    private func end(at limit: ServerLimit) {
        self.reached(limit)
        self.connection.close(.limitExceeded)
    }

    /// A client that announces attachments and never sends them must not hold what it has sent for ever.
    private func watchAttachments() {
        guard self.decoder.isAwaitingAttachments else {
            self.attachmentTimer?.cancel()
            self.attachmentTimer = nil
            return
        }
        guard self.attachmentTimer == nil else { return }
        let client = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        let limit = TimeAmount.seconds(Int64(SocketLimits.attachmentSecondsMax))
        self.attachmentTimer = self.connection.eventLoop.scheduleTask(in: limit) {
            client.value.end(at: .attachmentTime)
        }
    }

    private func dispatch(_ packet: SocketPacket) {
        let socket = self.sockets[packet.namespace]
        if let socket, !socket.isAdmitted { return self.violated() }  // it has not been let in yet (trap 31)
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
        guard self.sockets.count < SocketLimits.namespacesPerConnectionMax else {
            self.reached(.namespaces)
            return self.refuse(name, ConnectError("Too many namespaces"))
        }
        let auth = payload ?? SocketObject()
        guard let namespace = self.server.enterNamespace(name, auth: auth) else {
            return self.refuse(name, ConnectError("Invalid namespace"))
        }
        self.leftNamespaces.remove(name)
        let handshake = Handshake(request: self.connection.request, auth: auth)
        let claim = namespace.claimSession(auth)
        let socket = Socket(namespace: namespace, client: self, handshake: handshake, id: claim?.session.socketID)
        self.sockets[name] = socket
        let skipsMiddlewares = self.server.configuration.connectionStateRecovery?.skipMiddlewares == true
        let middlewares = claim != nil && skipsMiddlewares ? [] : namespace.middlewares
        if middlewares.isEmpty { self.admit(socket, claim) } else { self.ask(middlewares, socket, claim) }
    }

    /// Middlewares may wait for whatever they like, so they run in a task; the answer comes back to the event loop.
    private func ask(
        _ middlewares: [@Sendable (Socket) async throws -> Void], _ socket: Socket, _ claim: RecoveryLog.Claim?
    ) {
        let client = NIOLoopBound(self, eventLoop: self.connection.eventLoop)
        Task {
            var refusal: ConnectError?
            do {
                for middleware in middlewares { try await middleware(socket) }
            } catch {
                refusal = error as? ConnectError ?? ConnectError("\(error)")
            }
            socket.eventLoop.execute { [refusal] in client.value.answered(socket, claim, refusal) }
        }
    }

    private func answered(_ socket: Socket, _ claim: RecoveryLog.Claim?, _ refusal: ConnectError?) {
        let name = socket.namespace.name
        // The client may have left meanwhile: no reply, no handlers (trap 32).
        guard self.sockets[name] === socket else { return self.drop(socket) }
        guard let refusal else { return self.admit(socket, claim) }
        self.sockets[name] = nil
        self.drop(socket)
        self.refuse(name, refusal)
    }

    private func admit(_ socket: Socket, _ claim: RecoveryLog.Claim?) {
        self.connectTimer?.cancel()
        self.connectTimer = nil
        socket.admitted()
        if let claim, let missed = socket.namespace.missed(claim) {
            // First what was missed, then the answer to CONNECT: so the client knows that it is complete.
            for message in missed.messages { _ = self.connection.send(message) }
            socket.restore(claim, missed)
        } else if socket.namespace.recovery != nil {
            socket.recoveryID = Base64.randomIdentifier()
        }
        var payload: SocketObject = ["sid": .string(socket.id)]
        payload["pid"] = socket.recoveryID.map { .string($0) }
        self.connection.sendAlone(
            OutboundMessage(SocketPacketEncoder.connect(namespace: socket.namespace.name, payload: payload)))
        self.server.configuration.engine.observer?.socketConnected(namespace: socket.namespace.name)
        socket.namespace.enter(socket)
        socket.namespace.endArrival()
    }

    /// A socket that was never let in.
    private func drop(_ socket: Socket) {
        socket.neverAdmitted()
        socket.namespace.endArrival()
        self.server.left(socket.namespace)
    }

    private func refuse(_ namespace: String, _ error: ConnectError) {
        self.send(
            SocketPacketEncoder.connectError(namespace: namespace, message: error.message, data: error.data))
    }

    private func connectTimedOut() {
        self.connectTimer = nil
        if !self.sockets.values.contains(where: \.isAdmitted) { self.connection.close() }
    }

    // MARK: Outbound

    @discardableResult
    func send(_ packet: EncodedSocketPacket) -> SendResult { self.connection.send(OutboundMessage(packet)) }

    // MARK: The end

    /// One namespace ends; the others and the connection go on.
    func leave(_ socket: Socket, _ reason: DisconnectReason) {
        self.sockets[socket.namespace.name] = nil
        // A client that walks through dynamic namespaces would make this grow; then a crossing packet is a violation
        // again.
        if self.leftNamespaces.count >= SocketLimits.namespacesPerConnectionMax { self.leftNamespaces.removeAll() }
        self.leftNamespaces.insert(socket.namespace.name)
        self.end(socket, reason)
    }

    /// Ends all namespaces and the connection.
    func disconnect() {
        for socket in self.sockets.values where socket.isAdmitted { socket.disconnect() }
        self.connection.close()
    }

    private func connectionClosed(_ reason: DisconnectReason) {
        self.connectTimer?.cancel()
        self.connectTimer = nil
        self.attachmentTimer?.cancel()
        self.attachmentTimer = nil
        self.closeSockets(reason)
    }

    private func closeSockets(_ reason: DisconnectReason) {
        let sockets = self.sockets
        self.sockets = [:]
        for socket in sockets.values where socket.isAdmitted { self.end(socket, reason) }
    }

    private func end(_ socket: Socket, _ reason: DisconnectReason) {
        socket.ended(reason)
        self.server.configuration.engine.observer?.socketDisconnected(namespace: socket.namespace.name, reason: reason)
        self.server.left(socket.namespace)
    }
}
