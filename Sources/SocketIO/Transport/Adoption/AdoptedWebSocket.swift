#if os(Linux)
    import NIOCore

    #if canImport(Glibc)
        import Glibc
    #else
        import Musl
    #endif

    /// One WebSocket on a bare socket: no channel, no pipeline. What a channel does for it is little and stands here:
    /// it reads until the socket has no more, keeps what the socket does not take, and closes once.
    ///
    /// Lives on the event loop of its ``EngineLoop``, which also reads for it.
    final class AdoptedWebSocket: WebSocketCarrier {
        var link: WebSocketLink?
        var reader: WebSocketFrameReader
        var state = WebSocketState.open
        var isError = false
        private let engineLoop: EngineLoop
        private let server: EngineServer
        private let token: SocketWatcher.Token
        /// Negative: closed.
        private var descriptor: CInt
        /// Bytes of this turn of the event loop.
        private var held: ByteBuffer?
        /// What the socket did not take yet; nothing may overtake it.
        private var unsent: ByteBuffer?
        /// From `outboxBytesMax` on, until half of that is gone.
        private var isFull = false
        private var endsOutputWhenSent = false
        private var deadline: Scheduled<Void>?

        /// - Parameter descriptor: non-blocking; closed by this object and nobody else.
        init(
            descriptor: CInt, token: SocketWatcher.Token, engineLoop: EngineLoop, server: EngineServer,
            takesDeflated: Bool
        ) {
            self.descriptor = descriptor
            self.token = token
            self.engineLoop = engineLoop
            self.server = server
            self.reader = WebSocketFrameReader(
                messageBytesMax: server.configuration.maxPayload, takesDeflated: takesDeflated)
        }

        // MARK: Outbound

        var isWritable: Bool {
            self.state == .open && !self.isFull && (self.held?.readableBytes ?? 0) < WebSocketLink.outboxBytesMax
        }

        func write(_ frames: ByteBuffer) {
            guard self.state == .open, self.descriptor >= 0 else { return }
            // The usual case is one message a turn: its bytes are shared with all other receivers and never copied.
            if self.held == nil { self.held = frames } else { self.held?.writeImmutableBuffer(frames) }
        }

        func flush() {
            guard self.descriptor >= 0, let frames = self.held else { return }
            self.held = nil
            if self.unsent == nil { self.send(frames) } else { self.keep(frames) }
        }

        var laneDescriptor: CInt? {
            self.state == .open && self.descriptor >= 0 && self.held == nil && self.unsent == nil
                ? self.descriptor : nil
        }

        func writeBehind(_ rest: ByteBuffer) {
            guard self.state == .open, self.descriptor >= 0 else { return }
            self.keep(rest)
        }

        private func send(_ frames: ByteBuffer) {
            var frames = frames
            let (sent, failure) = frames.withUnsafeReadableBytes { bytes in
                let sent = systemSend(self.descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
                return (sent, errno)
            }
            if sent == frames.readableBytes { return }
            if sent < 0, failure != EAGAIN, failure != EINTR { return self.breakOff() }
            frames.moveReaderIndex(forwardBy: max(0, sent))
            self.keep(frames)
        }

        private func keep(_ frames: ByteBuffer) {
            if self.unsent == nil { self.unsent = frames } else { self.unsent?.writeImmutableBuffer(frames) }
            if self.unsentBytes >= WebSocketLink.outboxBytesMax { self.isFull = true }
        }

        private var unsentBytes: Int { self.unsent?.readableBytes ?? 0 }

        /// The socket may take more.
        private func drain() {
            guard let frames = self.unsent else { return }
            self.unsent = nil
            self.send(frames)
            let left = self.unsentBytes
            if left == 0, self.endsOutputWhenSent { self.endOutput() }
            if left == 0 || (self.isFull && left < WebSocketLink.outboxBytesMax / 2) {
                self.isFull = false
                if self.state == .open { self.link?.writabilityChanged(isWritable: self.isWritable) }
            }
        }

        // MARK: Inbound

        /// Something has happened to the socket, or may have.
        func ready() {
            self.drain()
            for _ in 0..<Self.readsPerTurnMax where self.descriptor >= 0 {
                guard self.read() else { return }
            }
            // Others first.
            guard self.descriptor >= 0 else { return }
            self.engineLoop.readyLater(self.token)
        }

        /// - Returns: whether there may be more. An end of file shows only behind the last byte, so it is asked until
        ///   there is nothing.
        private func read() -> Bool {
            let scratch = self.engineLoop.readScratch
            let count = recv(self.descriptor, scratch.baseAddress, scratch.count, 0)
            if count > 0 {
                self.received(ByteBuffer(bytes: UnsafeRawBufferPointer(rebasing: scratch[..<count])))
                return true
            }
            if count < 0, errno == EINTR { return true }
            if count < 0, errno == EAGAIN { return false }
            if count < 0 { self.isError = true }
            self.disconnect()
            return false
        }

        func hasUnreadBytes(_ answer: @escaping @Sendable (Bool?) -> Void) {
            var byte: UInt8 = 0
            answer(self.descriptor >= 0 && recv(self.descriptor, &byte, 1, CInt(MSG_PEEK)) > 0)
        }

        // MARK: The end

        func endOutput() {
            guard self.descriptor >= 0 else { return }
            self.endsOutputWhenSent = self.unsent != nil
            if !self.endsOutputWhenSent { shutdown(self.descriptor, CInt(SHUT_WR)) }
        }

        func disconnect() {
            guard self.descriptor >= 0 else { return }
            let descriptor = self.descriptor
            self.descriptor = -1
            self.deadline?.cancel()
            self.deadline = nil
            (self.held, self.unsent) = (nil, nil)
            self.engineLoop.removeAdopted(self.token)
            // The lane goes with this, before the kernel may give the number to somebody else.
            self.end()
            self.state = .closed
            systemClose(descriptor)
            self.server.adoptedSocketClosed()
        }

        func disconnectLater() {
            guard self.descriptor >= 0 else { return }
            let time = self.server.configuration.closeHandshakeTimeout
            self.deadline = self.engineLoop.eventLoop.assumeIsolated().scheduleTask(in: time) { self.disconnect() }
        }

        /// The connection is broken. Whoever wrote is in the middle of something: in the next turn.
        private func breakOff() {
            self.isError = true
            self.engineLoop.eventLoop.assumeIsolated().execute { self.disconnect() }
        }

        /// Reads of one socket before the others have their turn.
        private static let readsPerTurnMax = 16
    }

    /// `send` and `close`, which methods of these names hide.
    private func systemSend(_ socket: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
        send(socket, bytes, count, flags)
    }

    private func systemClose(_ socket: CInt) { close(socket) }
#endif
