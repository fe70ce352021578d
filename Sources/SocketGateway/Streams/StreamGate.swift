import HTTPTypes
import NIOCore
import NIOHTTP1
import SocketIO
import TelemetryCore

/// Takes the requests below `/ws/` out of a connection's HTTP stream: upgrades them, or answers with a problem. All
/// others go on to Hummingbird. Sits behind SocketIO's handler, which lets one request through at a time.
///
/// Lives on the channel's event loop.
final class StreamGate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let hub: MachinesHub
    /// The request that is ours, until its end has come.
    private var head: HTTPRequestHead?

    init(hub: MachinesHub) {
        self.hub = hub
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch Self.unwrapInboundIn(data) {
        case .head(let head) where StreamRequest.takes(uri: head.uri):
            self.head = head
        case .head:
            self.head = nil
            context.fireChannelRead(data)
        case .body:
            if self.head == nil { context.fireChannelRead(data) }
        case .end:
            guard let head = self.head else { return context.fireChannelRead(data) }
            self.head = nil
            self.take(head, context)
        }
    }

    private func take(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        do throws(Problem) {
            let request = try StreamRequest(head)
            guard let feed = self.hub.directory.feed(request.machine) else {
                throw Problem(.notFound, "No machine \"\(request.machine.name)\" has sent a reading yet.")
            }
            guard let loop = self.hub.loop(context.eventLoop), self.hub.streams.take() else {
                throw Problem(
                    .serviceUnavailable,
                    "There are \(Limits.streamsMax) streams already.",
                    retryAfterSeconds: Limits.retryAfterSeconds
                )
            }
            self.upgrade(head, request, feed, loop, context)
        } catch {
            self.answer(error, to: head, context)
        }
    }

    private func upgrade(
        _ head: HTTPRequestHead,
        _ request: StreamRequest,
        _ feed: MachineFeed,
        _ loop: MachineLoop,
        _ context: ChannelHandlerContext
    ) {
        let bound = NIOLoopBound((self, context, loop), eventLoop: context.eventLoop)
        WebSocketUpgrade.responseHeaders(head, context.channel).whenComplete { result in
            let (gate, context, loop) = bound.value
            switch result {
            case .success(let headers):
                gate.becomeStream(headers, request, feed, loop, context)
            case .failure:
                gate.hub.streams.giveBack()
                gate.answer(Problem(.badRequest, "The WebSocket handshake is not a valid one."), to: head, context)
            }
        }
    }

    private func becomeStream(
        _ headers: HTTPHeaders,
        _ request: StreamRequest,
        _ feed: MachineFeed,
        _ loop: MachineLoop,
        _ context: ChannelHandlerContext
    ) {
        var headers = headers
        headers.add(name: "Telemetryd-Epoch", value: self.hub.directory.epoch.text)
        let stream = ReadingStream(request, feed: feed, loop: loop, hub: self.hub)
        do {
            try WebSocketUpgrade.replaceHTTP(of: context, by: stream, headers: headers)
        } catch {
            self.hub.streams.giveBack()
            context.close(promise: nil)
        }
    }

    private func answer(_ problem: Problem, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let body = context.channel.allocator.buffer(bytes: problem.json)
        var headers = HTTPHeaders([
            ("Content-Type", Problem.mediaType), ("Cache-Control", "no-store"),
            ("Content-Length", String(body.readableBytes)),
        ])
        switch problem.status {
        case .upgradeRequired:
            headers.add(name: "Upgrade", value: "websocket")
            headers.add(name: "Sec-WebSocket-Version", value: "13")
        case .methodNotAllowed: headers.add(name: "Allow", value: "GET")
        default: break
        }
        if let seconds = problem.retryAfterSeconds { headers.add(name: "Retry-After", value: String(seconds)) }
        // Behind a request for an upgrade the decoder reads no further one.
        if !head.isKeepAlive || head.headers.contains(name: "upgrade") {
            headers.replaceOrAdd(name: "Connection", value: "close")
        }
        let status = HTTPResponseStatus(statusCode: problem.status.code)
        let response = HTTPResponseHead(version: head.version, status: status, headers: headers)
        context.write(Self.wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        if event is WebSocketTakeover { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    }
}

@available(*, unavailable)
extension StreamGate: Sendable {}
