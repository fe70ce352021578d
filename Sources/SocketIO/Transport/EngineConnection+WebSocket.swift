import NIOCore

/// The WebSocket of a session, as candidate and as transport.
extension EngineConnection {
    /// A new session that begins on this WebSocket.
    func opened(on link: WebSocketLink) {
        self.eventLoop.assertInEventLoop()
        self.webSocket = link
        link.attach(self)
        link.write(OutboundMessage(openPacket: self.openPacket(upgrades: [])))
        link.flush()
        self.armTimer()
    }

    func openPacket(upgrades: [EngineTransport]) -> ByteBuffer {
        let configuration = self.server.configuration
        return EngineHandshake.openPacket(
            sessionID: self.id, upgrades: upgrades, pingInterval: configuration.pingInterval,
            pingTimeout: configuration.pingTimeout, maxPayload: configuration.maxPayload)
    }

    /// A WebSocket that names this session has been opened.
    func candidateArrived(_ link: WebSocketLink) {
        self.eventLoop.assertInEventLoop()
        guard self.server.configuration.allowUpgrades else { return link.close(.policyViolation) }
        switch self.session.candidateArrived(now: .now()) {
        case .accept:
            self.candidate = link
            link.attach(self)
            self.armTimer()
        case .refuse: link.close(.normal)
        }
    }

    /// Something whole arrived on a WebSocket.
    func received(_ event: WebSocketFrameReader.Event, from link: WebSocketLink) {
        self.eventLoop.assertInEventLoop()
        let packet: EnginePacket
        switch event {
        case .text(let text):
            do { packet = try EnginePacket(text: text, allowsBase64: false) } catch {
                return self.unreadable(from: link)
            }
        case .binary(let bytes): packet = .binary(bytes)
        case .ping, .pong, .close: return  // the handler's business
        }
        if link === self.webSocket { return self.receive(packet) }
        guard link === self.candidate else { return }
        guard case .text(let type, let payload) = packet else {
            return self.perform(self.session.candidateReceived(.message, isProbe: false, now: .now()), link)
        }
        let isProbe = payload == Self.probe
        self.perform(self.session.candidateReceived(type, isProbe: isProbe, now: .now()), link)
        self.armTimer()
    }

    private static let probe = ByteBuffer(string: "probe")

    private func perform(_ order: EngineSession.OnCandidatePacket, _ link: WebSocketLink) {
        switch order {
        case .none: break
        case .answerProbe(let endPoll):
            link.write(OutboundMessage.probeAnswer)
            link.flush()
            if endPoll { self.answerPoll(tail: .noop) }
        case .promote(let refusePoll):
            self.candidate = nil
            self.webSocket = link
            self.lastTransport = .websocket
            self.server.configuration.observer?.sessionUpgraded()
            if refusePoll {
                self.heldPoll?.respond(.refusal(.badRequest))
                self.heldPoll = nil
            }
            // A ping that never left over polling: the client waits for it. Its pong is nobody's, the machine asks
            // again.
            if self.isPingPending { link.write(OutboundMessage.ping) }
            self.isPingPending = false
            self.flush()
        case .closeCandidate:
            self.candidate = nil
            link.close(.normal)
        }
    }

    private func unreadable(from link: WebSocketLink) {
        if link === self.webSocket { return self.parseFailed() }
        guard link === self.candidate else { return }
        self.candidate = nil
        self.session.candidateLost()
        link.close(.normal)
    }

    /// A WebSocket is gone.
    func lost(_ link: WebSocketLink, isError: Bool) {
        self.eventLoop.assertInEventLoop()
        if link === self.candidate {
            self.candidate = nil
            self.session.candidateLost()
        }
        guard link === self.webSocket else { return }
        self.dropLane()
        self.webSocket = nil
        let reason: EngineCloseReason = isError ? .transportError : .transportClose
        if case .close(let reason) = self.session.webSocketLost(reason) { self.finish(reason) }
    }

    /// The WebSocket takes bytes again.
    func becameWritable(_ link: WebSocketLink) {
        self.eventLoop.assertInEventLoop()
        if link === self.webSocket { self.flush() }
    }
}

extension OutboundMessage {
    /// The `open` packet, type digit included.
    init(openPacket: ByteBuffer) {
        var payload = openPacket
        payload.moveReaderIndex(forwardBy: 1)
        self.init(.open, payload)
    }
}
