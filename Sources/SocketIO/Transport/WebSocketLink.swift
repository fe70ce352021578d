import NIOConcurrencyHelpers
import NIOCore

/// A session's end of a WebSocket. The session and the channel may live on different event loops (a client that began
/// with polling opens its WebSocket on another connection); then frames cross in batches, one hop however many there
/// are, and at most `outboxBytesMax` are on their way.
///
/// Outbound methods are called on the session's loop, inbound ones (`received`, `writabilityChanged`, `ended`) on the
/// channel's.
final class WebSocketLink: Sendable {
    /// Bytes under way between two loops before the link counts as busy; as much as a channel takes (NIO's high
    /// watermark).
    static let outboxBytesMax = 64 * 1024

    private struct Outbox {
        var frames: [ByteBuffer] = []
        var byteCount = 0
        var isHopScheduled = false
        var isChannelWritable = true
        /// The session met a busy link and wants to hear when it no longer is.
        var isWakeupWanted = false
    }

    private let handler: NIOLoopBound<any WebSocketCarrier>
    /// From how many bytes on messages are compressed; `nil`: the client has not agreed to it.
    private let deflateThreshold: Int?
    let channelLoop: any EventLoop
    private let sessionLoop: any EventLoop
    /// Whether session and channel share an event loop.
    let isLocal: Bool
    private let outbox = NIOLockedValueBox(Outbox())
    private let connection: NIOLoopBoundBox<EngineConnection?>

    /// On the channel's event loop.
    init(
        handler: any WebSocketCarrier, eventLoop: any EventLoop, sessionLoop: any EventLoop,
        deflateThreshold: Int? = nil
    ) {
        self.deflateThreshold = deflateThreshold
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.channelLoop = eventLoop
        self.sessionLoop = sessionLoop
        self.isLocal = eventLoop === sessionLoop
        self.connection = NIOLoopBoundBox.makeEmptyBox(eventLoop: sessionLoop)
    }

    // MARK: On the session's loop

    /// From here on `connection` hears of what happens on this WebSocket.
    func attach(_ connection: EngineConnection) { self.connection.value = connection }

    var isWritable: Bool {
        if self.isLocal { return self.handler.value.isWritable }
        return self.outbox.withLockedValue { outbox in
            let isWritable = outbox.isChannelWritable && outbox.byteCount < Self.outboxBytesMax
            if !isWritable { outbox.isWakeupWanted = true }
            return isWritable
        }
    }

    /// Writes a message, compressed if the client has agreed to that.
    func write(_ message: OutboundMessage) { self.write(message.frames(deflateThreshold: self.deflateThreshold)) }

    /// Writes whole frames. They leave with the next `flush`.
    func write(_ frames: ByteBuffer) {
        if self.isLocal { return self.handler.value.write(frames) }
        self.outbox.withLockedValue { outbox in
            outbox.frames.append(frames)
            outbox.byteCount += frames.readableBytes
        }
    }

    /// The socket, when frames may go to it past this link and its channel.
    var laneDescriptor: CInt? {
        self.isLocal && self.deflateThreshold == nil ? self.handler.value.laneDescriptor : nil
    }

    /// Writes the rest of frames that a socket took in part.
    func writeBehind(_ rest: ByteBuffer) { self.handler.value.writeBehind(rest) }

    func flush() {
        if self.isLocal { return self.handler.value.flush() }
        let mustHop = self.outbox.withLockedValue { outbox in
            guard !outbox.frames.isEmpty, !outbox.isHopScheduled else { return false }
            outbox.isHopScheduled = true
            return true
        }
        if mustHop { self.channelLoop.execute { self.empty() } }
    }

    /// Flushes and begins the closing handshake; the session hears nothing more of this link.
    func close(_ code: WebSocketCloseCode) {
        self.connection.value = nil
        if self.isLocal { return self.handler.value.close(code) }
        self.channelLoop.execute {
            self.empty()
            self.handler.value.close(code)
        }
    }

    /// Runs `body` on the session's loop, behind everything that this WebSocket's client had sent until now: what the
    /// channel's loop had to tell, and what still waits in the kernel to be read.
    func afterAllReceived(_ body: @escaping @Sendable () -> Void) {
        self.channelLoop.execute { self.lookForUnread(looksLeft: EngineLimits.unreadLooksMax, then: body) }
    }

    // MARK: On the channel's loop

    /// An event loop asks its sockets only between its tasks, and a thread may stand still anywhere, so neither tasks
    /// nor time prove that a socket was read: the kernel is asked. Where it does not say, a turn of the loop must do.
    private func lookForUnread(looksLeft: Int, then body: @escaping @Sendable () -> Void) {
        self.handler.value.hasUnreadBytes { hasUnread in
            switch hasUnread {
            case false?: self.sessionLoop.execute(body)
            case true? where looksLeft > 0:
                self.channelLoop.scheduleTask(in: .milliseconds(1)) {
                    self.lookForUnread(looksLeft: looksLeft - 1, then: body)
                }
            default: self.channelLoop.scheduleTask(in: .milliseconds(1)) { self.sessionLoop.execute(body) }
            }
        }
    }

    private func empty() {
        let frames = self.outbox.withLockedValue { outbox in
            let frames = outbox.frames
            outbox.frames = []
            outbox.byteCount = 0
            outbox.isHopScheduled = false
            return frames
        }
        for frame in frames { self.handler.value.write(frame) }
        self.handler.value.flush()
        self.writabilityChanged(isWritable: self.handler.value.isWritable)
    }

    func writabilityChanged(isWritable: Bool) {
        let mustTell = self.outbox.withLockedValue { outbox in
            outbox.isChannelWritable = isWritable
            guard !self.isLocal else { return isWritable }
            guard isWritable, outbox.isWakeupWanted, outbox.byteCount < Self.outboxBytesMax else { return false }
            outbox.isWakeupWanted = false
            return true
        }
        if mustTell { self.tell { $0.becameWritable(self) } }
    }

    /// The channel has bytes to write that nothing may overtake.
    func channelBecameBusy() {
        guard self.isLocal else { return }
        self.connection.value?.channelBecameBusy()
    }

    func received(_ event: WebSocketFrameReader.Event) { self.tell { $0.received(event, from: self) } }

    /// The channel carries nothing more.
    func ended(isError: Bool) {
        self.tell { connection in
            self.connection.value = nil
            connection.lost(self, isError: isError)
        }
    }

    private func tell(_ body: @escaping @Sendable (EngineConnection) -> Void) {
        if self.isLocal {
            if let connection = self.connection.value { body(connection) }
        } else {
            self.sessionLoop.execute { if let connection = self.connection.value { body(connection) } }
        }
    }
}
