import NIOCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What of a WebSocket goes to its socket with one system call, past the channel: about a third less CPU a message.
///
/// It may do so only while nothing of ours waits in the channel, or bytes would overtake each other; so it counts what
/// the channel was given and has not written yet. The first write always goes through the channel: once that is out,
/// the answer to the upgrade before it is out as well.
///
/// Of the event loop of its channel; no other thread, no TLS and no other handler may lie between it and the socket
/// (``EngineConfiguration/sendsDirectly``).
struct DirectSender {
    /// Of the channel, which alone closes it.
    private let descriptor: NIOBSDSocket.Handle
    /// Frames of this turn of the event loop.
    private var held: ByteBuffer?
    /// Writes that the channel was given and has not finished.
    private(set) var pendingWrites = 0
    private var isProven = false

    /// Nil for a channel that has no socket (in tests) or does not show it.
    init?(_ context: ChannelHandlerContext) {
        let transport = context.pipeline.syncOperations
        guard
            let descriptor = try? transport.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self, { $0 })
        else { return nil }
        self.descriptor = descriptor
    }

    /// Bytes that leave with the next flush.
    var heldBytes: Int { self.held?.readableBytes ?? 0 }

    /// Whether frames may go past the channel now.
    var isOpen: Bool { self.isProven && self.pendingWrites == 0 }

    /// The socket, while nothing waits before it.
    var laneDescriptor: CInt? { self.isOpen && self.held == nil ? self.descriptor : nil }

    mutating func channelWriteBegan() { self.pendingWrites += 1 }

    mutating func channelWriteEnded() {
        self.pendingWrites -= 1
        self.isProven = true
    }

    mutating func hold(_ frames: ByteBuffer) {
        // The usual case is one message a turn: its bytes are shared with all other receivers and never copied.
        if self.held == nil { self.held = frames } else { self.held?.writeImmutableBuffer(frames) }
    }

    /// Hands back what the socket did not take: for the channel, which waits until it does, or hears of the error.
    ///
    /// - Precondition: the channel is active. NIO closes the descriptor and makes the channel inactive in one step on
    ///   this event loop, so an active channel's descriptor is its own.
    mutating func flush() -> ByteBuffer? {
        guard var frames = self.held else { return nil }
        self.held = nil
        let sent = frames.withUnsafeReadableBytes { bytes in
            send(self.descriptor, bytes.baseAddress, bytes.count, Self.flags)
        }
        if sent == frames.readableBytes { return nil }
        // Full, or broken: the channel finds out which.
        if sent > 0 { frames.moveReaderIndex(forwardBy: sent) }
        return frames
    }

    #if canImport(Darwin)
        private static let flags = MSG_DONTWAIT
    #else
        private static let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    #endif
}
