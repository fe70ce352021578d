import NIOCore

/// One WebSocket on its NIO channel.
///
/// Lives on the channel's event loop.
final class WebSocketHandler: ChannelInboundHandler, WebSocketCarrier {
    typealias InboundIn = ByteBuffer

    var link: WebSocketLink?
    var reader: WebSocketFrameReader
    var state = WebSocketState.open
    var isError = false
    private var context: ChannelHandlerContext?
    private let sendsDirectly: Bool
    private let closeHandshakeTimeout: TimeAmount
    private var direct: DirectSender?
    /// As the channel last said, which is far away when a thousand sockets take turns.
    private var isChannelWritable = true

    /// - Parameter takesDeflated: `permessage-deflate` was agreed.
    init(_ configuration: EngineConfiguration, takesDeflated: Bool = false) {
        self.reader = WebSocketFrameReader(messageBytesMax: configuration.maxPayload, takesDeflated: takesDeflated)
        self.sendsDirectly = configuration.sendsDirectly
        self.closeHandshakeTimeout = configuration.closeHandshakeTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.isChannelWritable = context.channel.isWritable
        if self.sendsDirectly { self.direct = DirectSender(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
        self.context = nil
    }

    // MARK: Outbound

    var isWritable: Bool {
        guard self.state == .open, self.isChannelWritable else { return false }
        return (self.direct?.heldBytes ?? 0) < WebSocketLink.outboxBytesMax
    }

    /// Writes whole frames, without flushing.
    func write(_ frames: ByteBuffer) {
        guard self.state == .open, let context else { return }
        if self.direct?.isOpen == true { self.direct?.hold(frames) } else { self.writeToChannel(frames, context) }
    }

    func flush() {
        guard let context else { return }
        if self.direct?.isOpen == true {
            guard context.channel.isActive, let rest = self.direct?.flush() else { return }
            self.writeToChannel(rest, context)
        }
        context.flush()
    }

    /// The socket, while frames may go to it past everything here.
    var laneDescriptor: CInt? {
        guard self.state == .open, self.isChannelWritable, self.context?.channel.isActive == true else { return nil }
        return self.direct?.laneDescriptor
    }

    /// Writes the rest of frames that the socket took in part, without flushing.
    func writeBehind(_ rest: ByteBuffer) {
        guard self.state == .open, let context else { return }
        self.writeToChannel(rest, context)
    }

    private func writeToChannel(_ frames: ByteBuffer, _ context: ChannelHandlerContext) {
        guard self.direct != nil else { return context.write(NIOAny(frames), promise: nil) }
        self.direct?.channelWriteBegan()
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.write(NIOAny(frames)).whenComplete { _ in handler.value.direct?.channelWriteEnded() }
        self.link?.channelBecameBusy()
    }

    func endOutput() { self.context?.close(mode: .output, promise: nil) }

    func disconnect() { self.context?.close(promise: nil) }

    func disconnectLater() {
        guard let context else { return }
        let channel = context.channel
        let deadline = context.eventLoop.scheduleTask(in: self.closeHandshakeTimeout) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.isChannelWritable = context.channel.isWritable
        self.link?.writabilityChanged(isWritable: self.isWritable)
        context.fireChannelWritabilityChanged()
    }

    // MARK: Inbound

    /// Linux' `SO_MEMINFO`: its first word is the memory of what was received and is not read yet.
    private static let memoryInfo = NIOBSDSocket.Option(rawValue: 55)

    /// Says whether the kernel holds bytes of the client that were not read yet; `nil` where it cannot be asked. Calls
    /// `answer` before it returns.
    func hasUnreadBytes(_ answer: @escaping @Sendable (Bool?) -> Void) {
        #if os(Linux)
            guard let options = self.context?.channel as? any SocketOptionProvider else { return answer(nil) }
            let memory: EventLoopFuture<UInt32> = options.unsafeGetSocketOption(level: .socket, name: Self.memoryInfo)
            memory.whenComplete { result in answer((try? result.get()).map { $0 > 0 }) }
        #else
            answer(nil)
        #endif
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { self.received(self.unwrapInboundIn(data)) }

    // MARK: The end

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.isError = true
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        self.state = .closed
        context.fireChannelInactive()
    }
}
