package import NIOCore
package import NIOHTTP1
import NIOWebSocket

/// From HTTP to WebSocket on one channel (RFC 6455 section 4.2.2).
package enum WebSocketUpgrade {
    /// The headers of the 101 answer, made and checked by NIO's upgrader; fails for a request that is no WebSocket
    /// handshake.
    package static func responseHeaders(_ head: HTTPRequestHead, _ channel: any Channel) -> EventLoopFuture<HTTPHeaders>
    {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        return upgrader.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
    }

    /// The same, at once; on the channel's event loop. `nil`: no WebSocket handshake.
    static func headersNow(_ head: HTTPRequestHead, _ channel: any Channel) -> HTTPHeaders? {
        var headers: HTTPHeaders?
        // What a decision without waiting makes is there already, and told within the call.
        self.responseHeaders(head, channel).assumeIsolated().whenSuccess { headers = $0 }
        return headers
    }

    /// The whole 101 answer as it goes over the wire.
    static func answer(_ headers: HTTPHeaders) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeString("HTTP/1.1 101 Switching Protocols\r\n")
        for (name, value) in self.completed(headers) { bytes.writeString("\(name): \(value)\r\n") }
        bytes.writeString("\r\n")
        return bytes
    }

    private static func completed(_ headers: HTTPHeaders) -> HTTPHeaders {
        var headers = headers
        headers.replaceOrAdd(name: "Upgrade", value: "websocket")
        headers.replaceOrAdd(name: "Connection", value: "Upgrade")
        return headers
    }

    /// Writes the 101 answer, then puts `socket` in the place of the HTTP handlers. Bytes that the client sent right
    /// behind its request stay in order: the decoder hands them on when it leaves.
    static func replacePipeline(
        of context: ChannelHandlerContext, by socket: WebSocketHandler, link: WebSocketLink, headers: HTTPHeaders
    ) throws {
        socket.link = link
        try self.replaceHTTP(of: context, by: socket, headers: headers)
    }

    /// The same for any handler that takes the bytes behind the 101; it is added after that was written. `context` may
    /// be that of any handler behind the HTTP codec; a handler of an Engine.IO server in the pipeline leaves it, all
    /// others hear of the change by a ``WebSocketTakeover``.
    package static func replaceHTTP(
        of context: ChannelHandlerContext, by socket: some ChannelHandler, headers: HTTPHeaders
    ) throws {
        let head = HTTPResponseHead(
            version: .http1_1, status: .switchingProtocols, headers: self.completed(headers))
        context.write(NIOAny(HTTPServerResponsePart.head(head)), promise: nil)
        context.writeAndFlush(NIOAny(HTTPServerResponsePart.end(nil)), promise: nil)
        let pipeline = context.pipeline.syncOperations
        // Right behind the decoder, and before anything that other code may have put between that and us: it takes
        // frames for requests no more. Who sits there hears of the change.
        let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(socket, position: .after(decoder.handler))
        context.pipeline.fireUserInboundEventTriggered(WebSocketTakeover())
        if let engine = try? pipeline.context(handlerType: EngineHTTPHandler.self) {
            pipeline.removeHandler(context: engine, promise: nil)
        }
        if let gate = try? pipeline.context(handlerType: HTTPServerPipelineHandler.self) {
            pipeline.removeHandler(context: gate, promise: nil)
        }
        let encoder = try pipeline.context(handlerType: HTTPResponseEncoder.self)
        pipeline.removeHandler(context: encoder, promise: nil)
        pipeline.removeHandler(context: decoder, promise: nil)
    }
}
