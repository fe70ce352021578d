import ExampleHost
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The echo server without Socket.IO: what SwiftNIO brings along, for comparison.
@main
struct WebSocketEcho {
    static func main() async throws {
        let page = try Page()
        try await Listener(port: 8080).run { channel in
            let pages = PageHandler(page)
            let boundPages = NIOLoopBound(pages, eventLoop: channel.eventLoop)
            let upgrader = NIOWebSocketServerUpgrader(
                maxFrameSize: Conversation.messageBytesMax,
                shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
                upgradePipelineHandler: { channel, _ in
                    channel.eventLoop.makeCompletedFuture {
                        let whole = NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1_000,
                            maxAccumulatedFrameSize: Conversation.messageBytesMax)
                        try channel.pipeline.syncOperations.addHandlers(whole, Conversation())
                    }
                })
            try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                withServerUpgrade: (
                    upgraders: [upgrader],
                    completionHandler: { $0.pipeline.syncOperations.removeHandler(boundPages.value, promise: nil) }
                ))
            try channel.pipeline.syncOperations.addHandler(pages)
        }
    }
}

/// One client: a greeting, an answer to each text, a goodbye on `exit`.
private final class Conversation: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    static let messageBytesMax = 1 << 16
    private var isClosing = false

    func handlerAdded(context: ChannelHandlerContext) {
        self.say("Hello! You are connected to the WebSocket server.", context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = self.unwrapInboundIn(data)
        guard !self.isClosing else {
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        switch frame.opcode {
        case .text:
            let text = String(buffer: frame.unmaskedData)
            if text.lowercased() == "exit" { return self.hangUp(context) }
            self.say("Server received: \(text)", context)
        case .ping:
            self.send(.pong, frame.unmaskedData, context)
        case .connectionClose:
            // RFC 6455 section 5.5.1: answered with the same, then the connection ends.
            self.send(.connectionClose, frame.unmaskedData, context)
            context.close(promise: nil)
        default: break
        }
    }

    /// Sends a close frame; the client answers it with its own.
    private func hangUp(_ context: ChannelHandlerContext) {
        self.isClosing = true
        var reason = ByteBuffer()
        reason.write(webSocketErrorCode: .normalClosure)
        self.send(.connectionClose, reason, context)
    }

    private func say(_ text: String, _ context: ChannelHandlerContext) {
        self.send(.text, ByteBuffer(string: text), context)
    }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        context.writeAndFlush(self.wrapOutboundOut(frame), promise: nil)
    }
}
