package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1

/// Sets up each accepted connection: plain NIO handlers first, Hummingbird only when a request is for it.
///
/// Hummingbird's server starts a task for each connection. Here the task only waits for the decision of
/// ``HummingbirdMount`` and ends at once when the connection becomes a WebSocket, so a WebSocket costs no task.
package struct GatewayChannel: HTTPChannelHandler {
    /// An accepted connection and, later, whether Hummingbird serves it.
    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
        let hummingbird: EventLoopFuture<HummingbirdChannel?>
    }

    package let responder: HTTPChannelHandler.Responder
    private let makeSocketHandler: (@Sendable () -> any ChannelHandler)?
    private let makeStreamGate: (@Sendable () -> any ChannelHandler)?

    /// - Parameters:
    ///   - responder: answers what no earlier handler takes.
    ///   - makeSocketHandler: makes the handler that takes the Socket.IO requests of one connection; nil: there is
    ///     none.
    ///   - makeStreamGate: makes the handler that takes the plain WebSockets; nil: there is none.
    package init(
        responder: @escaping HTTPChannelHandler.Responder,
        makeSocketHandler: (@Sendable () -> any ChannelHandler)?,
        makeStreamGate: (@Sendable () -> any ChannelHandler)? = nil
    ) {
        self.responder = responder
        self.makeSocketHandler = makeSocketHandler
        self.makeStreamGate = makeStreamGate
    }

    /// Builds the pipeline; on the channel's event loop.
    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // A channel keeps the buffer of its first read for ever; it grows for who sends more.
            try channel.syncOptions?.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 64, initial: Limits.receiveBytesInitial, maximum: Limits.receiveBytesMax)
            )
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = Limits.headerFieldBytesMax
            limits.maxHeaderListSize = Limits.headerListBytesMax
            limits.maxHeaderFieldCount = Limits.headerFieldsMax
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addHandler(ByteToMessageHandler(decoder))
            try pipeline.addHandler(HTTPConnectionGuard())
            if let makeSocketHandler = self.makeSocketHandler {
                try pipeline.addHandler(makeSocketHandler())
            }
            if let makeStreamGate = self.makeStreamGate {
                try pipeline.addHandler(makeStreamGate())
            }
            let decision = channel.eventLoop.makePromise(of: HummingbirdChannel?.self)
            try pipeline.addHandler(HummingbirdMount(decision: decision))
            return Value(channel: channel, hummingbird: decision.futureResult)
        }
    }

    /// Serves the connection if it needs Hummingbird; returns when it is closed or belongs to another protocol.
    package func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            guard let asyncChannel = try? await value.hummingbird.get() else { return }
            await self.handleHTTP(asyncChannel: asyncChannel, logger: logger)
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
