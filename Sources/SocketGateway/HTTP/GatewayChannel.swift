package import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1

/// Sets up each accepted connection: plain NIO handlers first, Hummingbird only when a request is for it.
///
/// Hummingbird's server starts a task for each connection. Here that ends at once; a connection that needs one has it
/// from ``HTTPConnections``.
package struct GatewayChannel: HTTPChannelHandler {
    /// An accepted connection.
    package struct Value: ServerChildChannelValue {
        package let channel: any Channel
    }

    package let responder: HTTPChannelHandler.Responder
    private let connections: HTTPConnections
    private let makeSocketHandler: (@Sendable () -> any ChannelHandler)?
    private let makeStreamGate: (@Sendable () -> any ChannelHandler)?

    /// - Parameters:
    ///   - responder: answers what no earlier handler takes.
    ///   - connections: serves what Hummingbird is needed for.
    ///   - makeSocketHandler: makes the handler that takes the Socket.IO requests of one connection; nil: there is
    ///     none.
    ///   - makeStreamGate: makes the handler that takes the plain WebSockets; nil: there is none.
    package init(
        responder: @escaping HTTPChannelHandler.Responder,
        connections: HTTPConnections,
        makeSocketHandler: (@Sendable () -> any ChannelHandler)?,
        makeStreamGate: (@Sendable () -> any ChannelHandler)? = nil
    ) {
        self.responder = responder
        self.connections = connections
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
            try pipeline.addHandler(
                HummingbirdMount { asyncChannel in
                    self.connections.add { await self.handleHTTP(asyncChannel: asyncChannel, logger: logger) }
                }
            )
            return Value(channel: channel)
        }
    }

    /// Returns at once.
    package func handle(value: Value, logger: Logger) async {}
}
