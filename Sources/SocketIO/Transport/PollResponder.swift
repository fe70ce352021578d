import NIOCore

/// The right to answer one HTTP request, held by a session that may live on another event loop than the request's
/// channel.
struct PollResponder: Sendable, Equatable {
    private let eventLoop: any EventLoop
    private let handler: NIOLoopBound<EngineHTTPHandler>
    private let identity: ObjectIdentifier
    private let exchange: Int

    /// On the channel's event loop.
    init(handler: EngineHTTPHandler, eventLoop: any EventLoop, exchange: Int) {
        self.eventLoop = eventLoop
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.identity = ObjectIdentifier(handler)
        self.exchange = exchange
    }

    /// Answers. Any thread; a request that is gone or answered already is left alone.
    func respond(_ response: EngineResponse) {
        if self.eventLoop.inEventLoop {
            self.handler.value.respond(response, exchange: self.exchange)
        } else {
            self.eventLoop.execute { self.handler.value.respond(response, exchange: self.exchange) }
        }
    }

    static func == (a: PollResponder, b: PollResponder) -> Bool {
        a.identity == b.identity && a.exchange == b.exchange
    }
}

extension EngineConnection {
    /// Runs `body` on the session's event loop: at once when already there, so that order is kept.
    func onLoop(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        if self.eventLoop.inEventLoop { body(self) } else { self.eventLoop.execute { body(self) } }
    }
}
