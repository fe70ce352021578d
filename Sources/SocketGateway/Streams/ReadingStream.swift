import NIOCore
import SocketIO
import TelemetryCore

/// One plain WebSocket: each reading of a machine as a JSON text message; what the client says is not listened to.
///
/// In the tick in which it enters the loop's list it takes note of what was delivered there, so replay and live stream
/// meet without a gap or a double. Lives on the channel's event loop.
final class ReadingStream: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum State {
        case open
        /// Our close frame is out; what still comes is not looked at.
        case closing
        case closed
    }

    let machine: MachineID
    private let feed: MachineFeed
    private let loop: MachineLoop
    private let hub: MachinesHub
    private var state = State.open
    private var cursor: StreamCursor
    /// The newest reading, while the client is slow.
    private var kept: LiveReading?
    private var isPumpScheduled = false
    private var reader = WebSocketFrameReader(messageBytesMax: Limits.streamInboundBytesMax)
    private var inbound = RateLimit(burst: Limits.streamInboundBurst, refill: Limits.streamInboundRefill, now: .now())
    private var context: ChannelHandlerContext?
    private var pinging: Scheduled<Void>?
    /// Pings since the client was last heard of.
    private var silentPings = 0

    /// On the loop of `loop`; one of ``StreamStatistics/take()`` is its own.
    init(_ request: StreamRequest, feed: MachineFeed, loop: MachineLoop, hub: MachinesHub) {
        self.machine = request.machine
        self.feed = feed
        self.loop = loop
        self.hub = hub
        let delivered = loop.lastDelivered(of: request.machine)
        self.cursor = StreamCursor(
            start: request.start(epoch: hub.directory.epoch, delivered: delivered),
            delivered: delivered
        )
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.loop.add(self)
        self.schedulePing(context)
        // Behind the answer to the upgrade, which is still being written.
        self.schedulePump()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed as ChannelEvent: context.close(promise: nil)
        case is ChannelShouldQuiesceEvent: self.close(.goingAway)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Leaves the loop's list. More than once does no harm.
    private func end() {
        guard self.state != .closed else { return }
        self.state = .closed
        self.kept = nil
        self.pinging?.cancel()
        self.pinging = nil
        self.loop.remove(self)
        self.hub.streams.giveBack()
    }

    private func close(_ code: WebSocketCloseCode) { self.close(WebSocketFrame.close(code)) }

    private func close(_ frame: ByteBuffer) {
        guard self.state == .open, let context else { return }
        context.writeAndFlush(NIOAny(frame), promise: nil)
        self.state = .closing
        let channel = context.channel
        let deadline = context.eventLoop.scheduleTask(in: Limits.streamCloseTimeout) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in deadline.cancel() }
    }

    // MARK: Readings

    private var isWritable: Bool { self.context?.channel.isWritable == true }

    /// A reading was delivered on this loop. True: something was written, a flush must follow.
    func deliver(_ live: LiveReading) -> Bool {
        guard self.state == .open else { return false }
        // A large batch is more than the channel takes without a flush: that alone makes nobody slow.
        if !self.isWritable { self.flush() }
        switch self.cursor.delivered(live.sequence, isWritable: self.isWritable) {
        case .send:
            self.write(live.textFrame, readings: 1)
            return true
        case .keep(let thinned):
            self.kept = live
            self.hub.streams.countThinned(thinned)
        case .none:
            break
        }
        return false
    }

    func flush() { self.context?.flush() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, self.state == .open {
            self.silentPings = 0
            if self.cursor.becameWritable(), let live = self.kept {
                self.kept = nil
                self.write(live.textFrame, readings: 1)
                context.flush()
            }
            self.schedulePump()
        }
        context.fireChannelWritabilityChanged()
    }

    /// One chunk of the ring each turn of the loop, so that a long replay holds up nobody else.
    private func schedulePump() {
        guard !self.isPumpScheduled, self.cursor.isBehind, let context else { return }
        self.isPumpScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isPumpScheduled = false
            self.pump()
        }
    }

    private func pump() {
        guard self.state == .open, self.isWritable else { return }
        guard let chunk = self.cursor.chunk(max: Limits.streamChunkReadings) else { return }
        let snapshot = self.feed.snapshot(since: chunk.since, through: chunk.through, limit: nil)
        var frames = ByteBuffer()
        frames.reserveCapacity(snapshot.readings.count * 200)
        var json: [UInt8] = []
        for stored in snapshot.readings {
            json.removeAll(keepingCapacity: true)
            stored.writeJSON(into: &json)
            WebSocketFrame.writeHeader(.text, payload: json.count, into: &frames)
            frames.writeBytes(json)
        }
        self.cursor.sent(through: chunk.through, first: snapshot.firstSequence)
        if !snapshot.readings.isEmpty {
            self.write(frames, readings: snapshot.readings.count)
            self.flush()
        }
        self.schedulePump()
    }

    private func write(_ frames: ByteBuffer, readings: Int) {
        self.context?.write(NIOAny(frames), promise: nil)
        self.hub.streams.countSent(readings)
    }

    // MARK: What the client says

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.state != .closed else { return }
        self.silentPings = 0
        self.reader.append(Self.unwrapInboundIn(data))
        do {
            while self.state != .closed, let event = try self.reader.next() { self.handle(event, context) }
        } catch {
            self.close(error.code)
        }
    }

    private func handle(_ event: WebSocketFrameReader.Event, _ context: ChannelHandlerContext) {
        switch event {
        case .close(let code):
            // The answer to ours, or the peer's wish, which is answered with its own code.
            self.close(WebSocketFrame.make(.close, code.map { ByteBuffer(integer: $0) } ?? ByteBuffer()))
            context.close(mode: .all, promise: nil)
        case .text, .binary:
            if !self.inbound.take(now: .now()) { self.close(.policyViolation) }
        case .ping(let payload):
            // Answered only while the peer reads: a flood of pings must not queue pongs without a bound.
            guard self.state == .open, self.isWritable else { return }
            context.writeAndFlush(NIOAny(WebSocketFrame.make(.pong, payload)), promise: nil)
        case .pong:
            break
        }
    }

    private func schedulePing(_ context: ChannelHandlerContext) {
        let eventLoop = context.eventLoop.assumeIsolated()
        self.pinging = eventLoop.scheduleTask(in: Limits.streamPingInterval) { self.ping() }
    }

    private func ping() {
        guard self.state == .open, let context else { return }
        guard self.silentPings < Limits.streamSilentPingsMax else { return context.close(promise: nil) }
        self.silentPings += 1
        if self.isWritable { context.writeAndFlush(NIOAny(WebSocketFrame.make(.ping, ByteBuffer())), promise: nil) }
        self.schedulePing(context)
    }
}

@available(*, unavailable)
extension ReadingStream: Sendable {}
