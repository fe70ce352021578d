#if os(Linux)
    import NIOCore

    /// Stands before a listening channel's own handlers and keeps the connections that the server adopts.
    ///
    /// On the listening channel's event loop; a connection is looked at on its own.
    final class SocketAdopter: ChannelInboundHandler {
        typealias InboundIn = any Channel

        private let server: EngineServer

        init(_ server: EngineServer) { self.server = server }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let child = self.unwrapInboundIn(data)
            guard let loop = self.server.engineLoop(child.eventLoop) else { return context.fireChannelRead(data) }
            guard child.eventLoop !== context.eventLoop else {
                if !self.server.adopt(child, on: loop) { context.fireChannelRead(data) }
                return
            }
            let (server, listener) = (self.server, context.eventLoop)
            let context = NIOLoopBound(context, eventLoop: listener)
            child.eventLoop.execute {
                if server.adopt(child, on: loop) { return }
                listener.execute {
                    guard context.value.channel.isActive else { return child.close(promise: nil) }
                    context.value.fireChannelRead(NIOAny(child))
                }
            }
        }
    }
#endif
