import HTTPTypes
package import NIOCore
package import NIOHTTP1

/// Keeps one HTTP/1 connection within bounds, whoever answers its requests (SocketIO's handler or Hummingbird, in any
/// order): pipelining, deadlines for heads and bodies, the body limit, answers to requests that do not parse, and the
/// end of the connection after `Connection: close` or the peer's end of file.
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
    /// Parts of requests that came before the response to the one before; then nothing more is read.
    private var pipelined = CircularBuffer<HTTPServerRequestPart>(initialCapacity: 1)
    private var isTakingPipelined = false
    private var isReadPending = false
    /// The peer closed its half behind the pipelined requests.
    private var inputClosedBehindPipelined = false
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
        let part = Self.unwrapInboundIn(data)
        if self.state.holdsRequests || !self.pipelined.isEmpty {
            self.pipelined.append(part)
        } else {
            self.take(part, context: context)
        }
    }

    private func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        let action =
            switch part {
            case .head(let head):
                self.state.headReceived(
                    keepsAlive: head.isKeepAlive,
                    declaredBytes: head.headers.first(name: "content-length").flatMap(Int.init) ?? 0,
                    now: now
                )
            case .body(let buffer): self.state.bodyReceived(bytes: buffer.readableBytes, now: now)
            case .end: self.state.endReceived(now: now)
            }
        self.perform(action, part: part, context: context)
    }

    /// The response is complete: on to the requests that waited for it, as far as the next response.
    private func takePipelined(_ context: ChannelHandlerContext) {
        // A request that is answered at once gets here again from within: a thousand of them must not pile up on the
        // stack.
        guard !self.isTakingPipelined else { return }
        self.isTakingPipelined = true
        while !self.hasSteppedAside, !self.state.holdsRequests, let part = self.pipelined.popFirst() {
            self.take(part, context: context)
        }
        self.isTakingPipelined = false
        guard !self.hasSteppedAside, self.pipelined.isEmpty else { return }
        if self.inputClosedBehindPipelined {
            self.inputClosedBehindPipelined = false
            self.inputClosed(context)
        }
        if self.isReadPending {
            self.isReadPending = false
            context.read()
        }
    }

    package func read(context: ChannelHandlerContext) {
        if self.pipelined.isEmpty {
            context.read()
        } else {
            self.isReadPending = true
        }
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
        self.perform(self.state.parseFailed(refusal, now: .now()), part: nil, context: context)
        self.armTimer(context)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed as ChannelEvent where !self.hasSteppedAside:
            if self.pipelined.isEmpty {
                self.inputClosed(context)
            } else {
                self.inputClosedBehindPipelined = true
            }
        case is ChannelShouldQuiesceEvent where !self.hasSteppedAside:
            self.pipelined.removeAll()
            switch self.state.quiesce(now: .now()) {
            case .close: context.close(promise: nil)
            case .forward: context.fireUserInboundEventTriggered(event)
            case .none: self.armTimer(context)
            }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func inputClosed(_ context: ChannelHandlerContext) {
        switch self.state.inputClosed() {
        case .close: context.close(promise: nil)
        case .forward: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        }
    }

    private func perform(
        _ action: HTTPConnectionState.OnRequestPart,
        part: HTTPServerRequestPart?,
        context: ChannelHandlerContext
    ) {
        switch action {
        case .forward:
            if let part { context.fireChannelRead(Self.wrapInboundOut(part)) }
        case .forwardAndFinish:
            if let part { context.fireChannelRead(Self.wrapInboundOut(part)) }
            context.close(mode: .output, promise: nil)
        case .refuse(let refusal):
            self.pipelined.removeAll()
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
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            let saysClose = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
            let action = self.state.responseHeadWritten(status: Int(head.status.code), keepsAlive: !saysClose)
            if action == .forward, self.state.endsWithResponse {
                head.headers.replaceOrAdd(name: "connection", value: "close")
            }
            self.perform(action, data: Self.wrapOutboundOut(.head(head)), context: context, promise: promise)
        case .body:
            let action: HTTPConnectionState.OnResponsePart = self.state.mayWriteBody ? .forward : .fail
            self.perform(action, data: data, context: context, promise: promise)
        case .end:
            let action = self.state.responseEndWritten(now: .now())
            self.perform(action, data: data, context: context, promise: promise)
            self.takePipelined(context)
            self.armTimer(context)
        }
    }

    private func perform(
        _ action: HTTPConnectionState.OnResponsePart,
        data: NIOAny,
        context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>?
    ) {
        switch action {
        case .forward:
            context.write(data, promise: promise)
        case .forwardAndFinish:
            context.writeAndFlush(data, promise: promise)
            self.pipelined.removeAll()
            context.close(mode: .output, promise: nil)
        case .forwardAndStepAside:
            self.hasSteppedAside = true
            // A flush behind this write may find no way on once the handler is out of the pipeline.
            context.writeAndFlush(data, promise: promise)
            // Requests behind an upgrade: the peer cannot know yet that it is one, so there are none that count.
            self.pipelined.removeAll()
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        case .fail:
            promise?.fail(ChannelError.ioOnClosedChannel)
        }
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
