package import NIOCore
package import NIOHTTP1
package import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import SocketIO

/// The asynchronous end of a connection that Hummingbird serves.
package typealias HummingbirdChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

/// Last handler of a fresh connection: installs Hummingbird's side of the pipeline when the first request arrives that
/// nobody before it took. A connection that only ever speaks Socket.IO never gets that far.
///
/// Its promise is completed exactly once: with the channel when Hummingbird is needed, with nil when the connection
/// closed or was given to another protocol before. Lives on the channel's event loop.
package final class HummingbirdMount: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart

    private var undecided: EventLoopPromise<HummingbirdChannel?>?

    /// A mount that reports its decision to `decision`.
    package init(decision: EventLoopPromise<HummingbirdChannel?>) {
        self.undecided = decision
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let decision = self.undecided {
            self.undecided = nil
            self.install(decision, context: context)
        }
        context.fireChannelRead(data)
    }

    package func channelInactive(context: ChannelHandlerContext) {
        self.decline()
        context.fireChannelInactive()
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        // HTTP has ended here; if Hummingbird was never needed, it never will be.
        if event is WebSocketTakeover { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        self.decline()
    }

    private func install(_ decision: EventLoopPromise<HummingbirdChannel?>, context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            // No half closure by the async side: HTTPConnectionGuard ends the connection.
            decision.succeed(try HummingbirdChannel(wrappingChannelSynchronously: context.channel))
        } catch {
            decision.succeed(nil)
            context.close(promise: nil)
        }
    }

    private func decline() {
        self.undecided?.succeed(nil)
        self.undecided = nil
    }
}

@available(*, unavailable)
extension HummingbirdMount: Sendable {}
