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
/// Lives on the channel's event loop.
package final class HummingbirdMount: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart

    private let serve: @Sendable (HummingbirdChannel) -> Bool
    private var isInstalled = false

    /// - Parameter serve: has the connection served from now on; false: there is nobody to do it any more.
    package init(serve: @escaping @Sendable (HummingbirdChannel) -> Bool) {
        self.serve = serve
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !self.isInstalled {
            self.isInstalled = true
            self.install(context)
        }
        context.fireChannelRead(data)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        // HTTP has ended here; if Hummingbird was never needed, it never will be.
        if event is WebSocketTakeover { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    }

    private func install(_ context: ChannelHandlerContext) {
        do {
            try context.pipeline.syncOperations.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            // No half closure by the async side: HTTPConnectionGuard ends the connection.
            let channel = try HummingbirdChannel(wrappingChannelSynchronously: context.channel)
            if !self.serve(channel) { context.close(promise: nil) }
        } catch {
            context.close(promise: nil)
        }
    }
}

@available(*, unavailable)
extension HummingbirdMount: Sendable {}
