import NIOCore

/// One WebSocket on its channel: reads frames, answers control frames, closes in order (RFC 6455 section 5.5). What the
/// frames mean is the session's business, which hears of them through the ``WebSocketLink``.
///
/// Lives on the channel's event loop.
final class WebSocketHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum State {
        case open
        /// Our close frame is out; what still comes is not looked at.
        case closing
        case closed
    }

    /// How long the peer may take to answer a close frame before the connection is cut.
    static let closeHandshakeTimeout = TimeAmount.seconds(2)

    /// Where events go. The link holds this handler too; ``end()`` breaks the cycle.
    var link: WebSocketLink?
    private var context: ChannelHandlerContext?
    private var reader: WebSocketFrameReader
    private var state = State.open
    private var isError = false
    private let sendsDirectly: Bool
    private var direct: DirectSender?
    /// As the channel last said, which is far away when a thousand sockets take turns.
    private var isChannelWritable = true

    /// - Parameters:
    ///   - takesDeflated: `permessage-deflate` was agreed.
    ///   - sendsDirectly: see ``EngineConfiguration/sendsDirectly``.
    init(messageBytesMax: Int, takesDeflated: Bool = false, sendsDirectly: Bool = false) {
        self.reader = WebSocketFrameReader(messageBytesMax: messageBytesMax, takesDeflated: takesDeflated)
        self.sendsDirectly = sendsDirectly
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

    func close(_ code: WebSocketCloseCode) { self.close(WebSocketFrame.close(code)) }

    private func close(_ frame: ByteBuffer) {
        guard self.state == .open, let context else { return }
        self.write(frame)
        self.state = .closing
        self.flush()
        let channel = context.channel
        let deadline = context.eventLoop.scheduleTask(in: Self.closeHandshakeTimeout) { channel.close(promise: nil) }
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

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.state == .open else {
            if self.state == .closing { self.skimForClose(self.unwrapInboundIn(data)) }
            return
        }
        self.reader.append(self.unwrapInboundIn(data))
        do {
            while self.state == .open, let event = try self.reader.next() { self.handle(event) }
        } catch {
            self.isError = true
            self.close(error.code)
            self.end()
        }
    }

    private func handle(_ event: WebSocketFrameReader.Event) {
        switch event {
        case .text, .binary: self.link?.received(event)
        case .pong: break
        case .ping(let payload):
            // Answered only while the peer reads: a flood of pings must not queue pongs without a bound.
            guard self.isWritable else { return }
            self.write(WebSocketFrame.make(.pong, payload))
            self.flush()
        case .close(let code):
            self.close(WebSocketFrame.make(.close, code.map { ByteBuffer(integer: $0) } ?? ByteBuffer()))
            self.end()
            self.context?.close(mode: .output, promise: nil)
        }
    }

    /// After our close frame only the peer's is of interest: it ends the connection.
    private func skimForClose(_ bytes: ByteBuffer) {
        self.reader.append(bytes)
        while let event = try? self.reader.next() {
            if case .close = event { self.context?.close(promise: nil) }
        }
    }

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

    /// Tells the session once that this WebSocket carries nothing more.
    private func end() {
        guard let link = self.link else { return }
        self.link = nil
        link.ended(isError: self.isError)
    }
}
