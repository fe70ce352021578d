import HTTPTypes
package import NIOCore
package import NIOHTTP1

/// Keeps one HTTP/1 connection within bounds, whoever answers its requests (SocketIO's handler or Hummingbird, in any
/// order): deadlines for heads and bodies, the body limit, answers to requests that do not parse, and the end of the
/// connection after `Connection: close` or the peer's end of file.
///
/// Hummingbird's `HTTPConnectionStateHandler` cannot do this here: it sits behind SocketIO's handler, does not see the
/// polls, and would close a connection whose poll is held.
///
/// A thin driver of ``HTTPConnectionState``; lives on the channel's event loop. When a 101 passes, the connection
/// belongs to another protocol: the guard then leaves the pipeline.
package final class HTTPConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart
    package typealias OutboundIn = HTTPServerResponsePart
    package typealias OutboundOut = HTTPServerResponsePart

    private var state: HTTPConnectionState
    private var timer: Scheduled<Void>?
    /// When `timer` fires; meaningless without one.
    private var timerDeadline = NIODeadline.distantFuture
    /// True from the 101 on: data is no longer HTTP and must not be looked at.
    private var hasSteppedAside = false

    /// A guard for a connection accepted just now.
    package init(now: NIODeadline = .now()) {
        self.state = HTTPConnectionState(now: now)
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.armTimer(context)
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.timer?.cancel()
        self.timer = nil
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.state.becameInactive()
        self.timer?.cancel()
        self.timer = nil
        context.fireChannelInactive()
    }

    // MARK: Inbound

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.hasSteppedAside else {
            context.fireChannelRead(data)
            return
        }
        let now = NIODeadline.now()
        let action =
            switch Self.unwrapInboundIn(data) {
            case .head(let head):
                self.state.headReceived(
                    keepsAlive: head.isKeepAlive,
                    declaredBytes: head.headers.first(name: "content-length").flatMap(Int.init) ?? 0,
                    now: now
                )
            case .body(let buffer): self.state.bodyReceived(bytes: buffer.readableBytes, now: now)
            case .end: self.state.endReceived(now: now)
            }
        self.perform(action, data: data, context: context)
    }

    package func channelReadComplete(context: ChannelHandlerContext) {
        self.armTimer(context)
        context.fireChannelReadComplete()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !self.hasSteppedAside, let parserError = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        let refusal: HTTPConnectionState.Refusal = parserError == .headerOverflow ? .headerTooLarge : .malformed
        self.perform(self.state.parseFailed(refusal, now: .now()), data: nil, context: context)
        self.armTimer(context)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if !self.hasSteppedAside, let event = event as? ChannelEvent, event == .inputClosed {
            switch self.state.inputClosed() {
            case .close: context.close(promise: nil)
            case .forward: context.fireUserInboundEventTriggered(event)
            }
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func perform(_ action: HTTPConnectionState.OnRequestPart, data: NIOAny?, context: ChannelHandlerContext) {
        switch action {
        case .forward:
            if let data { context.fireChannelRead(data) }
        case .forwardAndFinish:
            if let data { context.fireChannelRead(data) }
            context.close(mode: .output, promise: nil)
        case .refuse(let refusal):
            self.answer(refusal, context: context)
        case .drop:
            break
        }
    }

    /// Writes the refusal as a problem document and closes our half.
    private func answer(_ refusal: HTTPConnectionState.Refusal, context: ChannelHandlerContext) {
        let problem = Problem(refusal)
        let body = context.channel.allocator.buffer(bytes: problem.json)
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: problem.status.code))
        head.headers.add(name: "content-type", value: Problem.mediaType)
        head.headers.add(name: "content-length", value: String(body.readableBytes))
        head.headers.add(name: "connection", value: "close")
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        context.close(mode: .output, promise: nil)
    }

    // MARK: Outbound

    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !self.hasSteppedAside else {
            context.write(data, promise: promise)
            return
        }
        let action: HTTPConnectionState.OnResponsePart =
            switch Self.unwrapOutboundIn(data) {
            case .head(let head):
                self.state.responseHeadWritten(
                    status: Int(head.status.code),
                    keepsAlive: !head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
                )
            case .body: self.state.mayWriteBody ? .forward : .fail
            case .end: self.state.responseEndWritten(now: .now())
            }
        switch action {
        case .forward:
            context.write(data, promise: promise)
        case .forwardAndFinish:
            context.writeAndFlush(data, promise: promise)
            context.close(mode: .output, promise: nil)
        case .forwardAndStepAside:
            self.hasSteppedAside = true
            context.write(data, promise: promise)
            self.leave(context)
        case .fail:
            promise?.fail(ChannelError.ioOnClosedChannel)
        }
        self.armTimer(context)
    }

    /// Takes the guard out of a pipeline that no longer speaks HTTP, and NIO's pipelining handler with it.
    private func leave(_ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        if let pipelining = try? pipeline.context(handlerType: HTTPServerPipelineHandler.self) {
            pipeline.removeHandler(context: pipelining, promise: nil)
        }
        pipeline.removeHandler(context: context, promise: nil)
    }

    // MARK: Timer

    /// One timer for the connection. It is not moved when the deadline moves away: it fires, sees that there is time
    /// left, and starts again; so the usual exchange (a request that comes in one read) costs no timer operations.
    private func armTimer(_ context: ChannelHandlerContext) {
        guard !self.hasSteppedAside, let deadline = self.state.deadline else { return }
        if let timer = self.timer {
            guard deadline < self.timerDeadline else { return }
            timer.cancel()
        }
        self.startTimer(at: deadline, context)
    }

    private func startTimer(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        self.timerDeadline = deadline
        self.timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            switch self.state.deadlineReached(now: .now()) {
            case .close: context.close(promise: nil)
            case .rearm(let later): self.startTimer(at: later, context)
            case .none: break
            }
        }
    }
}

@available(*, unavailable)
extension HTTPConnectionGuard: Sendable {}
