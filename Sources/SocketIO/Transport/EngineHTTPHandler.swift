import Logging
package import NIOCore
package import NIOHTTP1

/// Takes the requests that belong to an Engine.IO server out of a connection's HTTP stream and passes all others on, in
/// any mixture. It is the gate of the pipeline: one request is dealt with at a time, pipelined ones wait.
///
/// Place it behind the HTTP request decoder and the response encoder. On the channel's event loop.
package final class EngineHTTPHandler: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = HTTPServerResponsePart

    /// What is done with the parts of the request that is being read.
    private enum Reading {
        /// Waiting for a head.
        case head
        /// Somebody else's.
        case passingOn
        /// A POST of this session; its packets become whole one after the other in `postReader`.
        case post(EngineConnection, PollResponder)
        /// Answered already, or its body does not matter.
        case discarding
        /// A request without a body that is acted upon at its end.
        case awaitingEnd(HTTPRequestHead, Intent)
    }

    private enum Intent {
        case handshake(Newcomer)
        case poll(EngineConnection)
        case webSocket(EngineConnection, HandshakeRequest)
    }

    /// Who asks for a session.
    struct Newcomer: Sendable {
        let head: HTTPRequestHead
        let request: HandshakeRequest
        let isUpgrade: Bool
        let speaksVersion4: Bool
    }

    enum Answering {
        case none
        /// We owe the answer to this exchange.
        case ours(exchange: Int, isKeepAlive: Bool)
        case passedOn
    }

    let server: EngineServer
    var context: ChannelHandlerContext?
    private var reading = Reading.head
    /// Beside `reading` and not in it: it grows in place. A copy for each chunk would make a body that comes in tiny
    /// chunks cost the square of its length.
    private var postReader: PostReader?
    var answering = Answering.none
    var exchange = 0
    /// The session that holds our unanswered request.
    private var holder: (connection: EngineConnection, responder: PollResponder)?
    /// What the application decides about the request being answered.
    var decision: Task<Void, Never>?
    private var pipelined = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 1)
    private var isReadPending = false
    /// What the client of the request being answered takes.
    private var acceptEncoding: [String] = []
    /// Further headers of the answer to the request: CORS, and what old browsers need.
    var furtherHeaders = HTTPHeaders()

    init(server: EngineServer) { self.server = server }

    package func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    package func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: The gate

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = self.unwrapInboundIn(data)
        if self.pipelined.isEmpty, self.canTake(part) { return self.take(part, context) }
        self.pipelined.append(part)
    }

    /// A new request waits until the one before it is answered.
    private func canTake(_ part: HTTPServerRequestPart) -> Bool {
        guard case .head = part, case .none = self.answering else {
            if case .head = part { return false }
            return true
        }
        return true
    }

    private func drainPipelined() {
        while let context, let part = self.pipelined.first, self.canTake(part) {
            self.pipelined.removeFirst()
            self.take(part, context)
        }
        if self.isReadPending, self.pipelined.count < EngineLimits.pipelinedPartsMax {
            self.isReadPending = false
            self.context?.read()
        }
    }

    package func read(context: ChannelHandlerContext) {
        if self.pipelined.count < EngineLimits.pipelinedPartsMax { context.read() } else { self.isReadPending = true }
    }

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = self.unwrapOutboundIn(data)
        context.write(data, promise: promise)
        guard case .end = part, case .passedOn = self.answering else { return }
        self.answering = .none
        self.drainPipelined()
    }

    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        switch (part, self.reading) {
        case (.head(let head), _):
            self.exchange += 1
            if self.server.handles(uri: head.uri) {
                self.answering = .ours(exchange: self.exchange, isKeepAlive: head.isKeepAlive)
                self.takeHead(head, context)
            } else {
                self.answering = .passedOn
                self.reading = .passingOn
                context.fireChannelRead(self.wrapInboundOut(part))
                context.fireChannelReadComplete()
            }
        case (_, .passingOn):
            context.fireChannelRead(self.wrapInboundOut(part))
            context.fireChannelReadComplete()
            if case .end = part { self.reading = .head }
        case (.body(let bytes), .post): self.postReader?.append(bytes)
        case (.end, .post(let connection, let responder)):
            self.reading = .head
            let body = self.postReader?.finish() ?? .unreadable
            self.postReader = nil
            connection.onLoop { $0.postFinished(responder, body) }
        case (.end, .awaitingEnd(let head, let intent)):
            self.reading = .head
            self.perform(intent, head, context)
        case (.end, _): self.reading = .head
        case (.body, _): break
        }
    }

    // MARK: Our requests

    private func takeHead(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        self.reading = .discarding
        self.acceptEncoding = head.headers["accept-encoding"]
        self.furtherHeaders = HTTPHeaders()
        if Self.isOldExplorer(head) { self.furtherHeaders.add(name: "X-XSS-Protection", value: "0") }
        if let cors = self.server.configuration.cors {
            self.furtherHeaders.add(contentsOf: cors.headers(for: head))
            if head.method == .OPTIONS {
                self.furtherHeaders.add(contentsOf: cors.preflightHeaders(for: head))
                return self.respond(.noContent, exchange: self.exchange)
            }
        }
        let query = EngineQuery(uri: head.uri)
        let isUpgrade = Self.isWebSocketUpgrade(head)
        let request = EngineRequest(
            method: EngineRequest.Method(head.method), isUpgrade: isUpgrade,
            hasIllegalOrigin: Self.hasIllegalOrigin(head), query: query)
        switch request.verify(transports: self.server.configuration.transports) {
        case .refuse(let code): self.refuse(code, isUpgrade: isUpgrade)
        case .handshake:
            let newcomer = Newcomer(
                head: head, request: Self.handshake(head, query, context), isUpgrade: isUpgrade,
                speaksVersion4: request.speaksVersion4)
            guard self.isAllowed(newcomer) else { return }
            self.reading = .awaitingEnd(head, .handshake(newcomer))
        case .session(let id, let transport):
            guard let connection = self.server.session(id) else {
                return self.refuse(.sessionUnknown, isUpgrade: isUpgrade)
            }
            self.takeSessionHead(head, request, connection, transport, context)
        }
    }

    private func takeSessionHead(
        _ head: HTTPRequestHead, _ request: EngineRequest, _ connection: EngineConnection, _ transport: EngineTransport,
        _ context: ChannelHandlerContext
    ) {
        switch (transport, request.method) {
        case (.websocket, .get) where request.isUpgrade:
            self.reading = .awaitingEnd(
                head, .webSocket(connection, Self.handshake(head, request.query, context)))
        case (.polling, .get) where !request.isUpgrade:
            self.reading = .awaitingEnd(head, .poll(connection))
        case (.polling, .post) where !request.isUpgrade:
            let responder = self.responder(for: connection, context)
            connection.onLoop { $0.postStarted(responder) }
            // The session may have refused at once, on this very loop.
            guard self.owes(self.exchange) else { return }
            self.postReader = PostReader(head: head, bytesMax: self.server.configuration.maxPayload)
            self.reading = .post(connection, responder)
        default: self.refuse(.badRequest, isUpgrade: request.isUpgrade)
        }
    }

    private func perform(_ intent: Intent, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch intent {
        case .handshake(let newcomer): self.decide(newcomer, context)
        case .poll(let connection):
            let responder = self.responder(for: connection, context)
            connection.onLoop { $0.poll(responder) }
        case .webSocket(let connection, let request):
            self.upgrade(head, connection, request, id: nil, context)
        }
    }

    private func responder(for connection: EngineConnection, _ context: ChannelHandlerContext) -> PollResponder {
        let responder = PollResponder(handler: self, eventLoop: context.eventLoop, exchange: self.exchange)
        self.holder = (connection, responder)
        return responder
    }

    // MARK: Answers

    func owes(_ exchange: Int) -> Bool {
        guard case .ours(let owed, _) = self.answering else { return false }
        return owed == exchange
    }

    func refuse(_ code: EngineErrorCode, isUpgrade: Bool, message: String? = nil) {
        self.server.countRefusal(code)
        let response: EngineResponse =
            isUpgrade ? .webSocketRefusal(message ?? code.message) : .refusal(code, message: message)
        self.respond(response, exchange: self.exchange)
    }

    /// Writes the answer to an exchange, unless that is over.
    func respond(_ response: EngineResponse, exchange: Int) {
        guard let context, case .ours(exchange, let isKeepAlive) = self.answering else { return }
        let response = response.compressed(
            threshold: self.server.configuration.httpCompression?.threshold, acceptEncoding: self.acceptEncoding)
        self.answering = .none
        self.holder = nil
        let closes = response.closesConnection || !isKeepAlive
        context.write(
            self.wrapOutboundOut(.head(response.head(isKeepAlive: !closes, adding: self.furtherHeaders))), promise: nil)
        if response.body.readableBytes > 0 {
            context.write(self.wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
        let written = closes ? context.eventLoop.makePromise(of: Void.self) : nil
        context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: written)
        if closes {
            let channel = context.channel
            written?.futureResult.whenComplete { _ in channel.close(promise: nil) }
            return
        }
        // The rest of a request that was answered before its end is read and thrown away.
        self.postReader = nil
        if case .head = self.reading { self.drainPipelined() } else { self.reading = .discarding }
    }

    // MARK: The end of the connection

    package func channelInactive(context: ChannelHandlerContext) {
        self.connectionLost()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that has shut down its side while we hold its request is gone (trap 8: keep-alive must not hide it).
        if case .some(.inputClosed) = event as? ChannelEvent, self.holder != nil {
            context.close(promise: nil)
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch self.answering {
        case .passedOn: context.fireErrorCaught(error)
        case .none, .ours: context.close(promise: nil)
        }
    }

    private func connectionLost() {
        self.pipelined.removeAll()
        self.reading = .discarding
        self.postReader = nil
        self.decision?.cancel()
        self.decision = nil
        guard let (connection, responder) = self.holder else { return }
        self.holder = nil
        connection.onLoop { $0.exchangeAborted(responder) }
    }
}
