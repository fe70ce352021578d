import Logging
import NIOCore
import NIOHTTP1

/// A request that asks for a session: who may have one, and the answer to who gets one. The application may take its
/// time for both of its decisions; the connection waits meanwhile, pipelined requests with it.
extension EngineHTTPHandler {
    /// The checks that need no waiting. Answers who fails.
    func isAllowed(_ newcomer: Newcomer) -> Bool {
        if let refusal = self.server.configuration.allowRequest?(newcomer.request) {
            self.refuse(.forbidden, isUpgrade: newcomer.isUpgrade, message: refusal)
            return false
        }
        // In Node's order the protocol version comes last, behind the application.
        return self.server.configuration.authorize != nil || self.isAdmitted(newcomer)
    }

    private func isAdmitted(_ newcomer: Newcomer) -> Bool {
        guard self.server.hasRoom(for: newcomer.request.address) else {
            self.server.configuration.observer?.limitReached(.sessionsPerAddress)
            let message = "Too many sessions from this address"
            self.refuse(.forbidden, isUpgrade: newcomer.isUpgrade, message: message)
            return false
        }
        guard newcomer.speaksVersion4 else {
            self.refuse(.unsupportedProtocolVersion, isUpgrade: newcomer.isUpgrade)
            return false
        }
        guard !self.server.isShuttingDown else {
            self.respond(.shuttingDown, exchange: self.exchange)
            return false
        }
        return true
    }

    /// The whole request is here: asks the application what takes time.
    func decide(_ newcomer: Newcomer, _ context: ChannelHandlerContext) {
        guard let authorize = self.server.configuration.authorize else { return self.identify(newcomer, context) }
        self.await(context, { try await authorize(newcomer.request) }) { handler, context, result in
            switch result {
            case .success:
                if handler.isAdmitted(newcomer) { handler.identify(newcomer, context) }
            case .failure(let error):
                let refusal = error as? HandshakeRefusal ?? HandshakeRefusal()
                handler.refuse(refusal.code, isUpgrade: newcomer.isUpgrade, message: refusal.message)
            }
        }
    }

    private func identify(_ newcomer: Newcomer, _ context: ChannelHandlerContext) {
        guard let makeID = self.server.configuration.makeSessionID else { return self.open(newcomer, nil, context) }
        self.await(context, { try await makeID(newcomer.request) }) { handler, context, result in
            // The last moment to see what has changed while we waited.
            guard handler.isAdmitted(newcomer) else { return }
            switch result {
            case .success(let id): handler.open(newcomer, id, context)
            case .failure: handler.refuse(.badRequest, isUpgrade: newcomer.isUpgrade)
            }
        }
    }

    /// Runs `work` beside the event loop, and `body` on it if the request is still there by then.
    private func await<Value: Sendable>(
        _ context: ChannelHandlerContext, _ work: @escaping @Sendable () async throws -> Value,
        then body: @escaping @Sendable (EngineHTTPHandler, ChannelHandlerContext, Result<Value, any Error>) -> Void
    ) {
        let (eventLoop, exchange) = (context.eventLoop, self.exchange)
        let handler = NIOLoopBound(self, eventLoop: eventLoop)
        self.decision = Task {
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            eventLoop.execute {
                let handler = handler.value
                guard let context = handler.context, context.channel.isActive, handler.owes(exchange) else { return }
                handler.decision = nil
                body(handler, context, result)
            }
        }
    }

    private func open(_ newcomer: Newcomer, _ id: String?, _ context: ChannelHandlerContext) {
        guard !newcomer.isUpgrade else { return self.upgrade(newcomer.head, nil, newcomer.request, id: id, context) }
        guard let connection = self.makeConnection(.polling, newcomer.request, id: id, context) else {
            return self.refuse(.badRequest, isUpgrade: false)
        }
        let configuration = self.server.configuration
        let mayUpgrade = configuration.allowUpgrades && configuration.transports.contains(.websocket)
        // Entered before the answer leaves: the next request may come on another loop at once.
        self.server.open(connection)
        connection.armTimer()
        var response = EngineResponse.payload(connection.openPacket(upgrades: mayUpgrade ? [.websocket] : []))
        response.cookie = configuration.cookie?.header(sessionID: connection.id)
        self.respond(response, exchange: self.exchange)
    }

    /// - Parameter id: what ``EngineConfiguration/makeSessionID`` has made.
    func makeConnection(
        _ transport: EngineTransport, _ request: HandshakeRequest, id: String?, _ context: ChannelHandlerContext
    ) -> EngineConnection? {
        guard let loop = self.server.engineLoop(context.eventLoop) else {
            self.server.logger.error("Channel on an event loop the server was not given")
            return nil
        }
        guard let id = id.map({ self.server.freshID($0) }) ?? self.server.makeID(request) else { return nil }
        return EngineConnection(
            server: self.server, engineLoop: loop, id: id, transport: transport, request: request)
    }
}
