import Logging
public import NIOCore

/// A message of an Engine.IO session.
public enum EngineMessage: Sendable, Equatable {
    /// UTF-8, checked.
    case text(ByteBuffer)
    case binary(ByteBuffer)

    var byteCount: Int {
        switch self {
        case .text(let bytes), .binary(let bytes): bytes.readableBytes
        }
    }
}

/// One Engine.IO session: the thin driver of ``EngineSession``. It owns the outbound queue, the held poll, the
/// WebSocket and the one timer, and does what the state machine orders.
///
/// `id`, `eventLoop` and `request` may be read anywhere; everything else only on `eventLoop`, where all callbacks run
/// too.
///
/// `@unchecked Sendable`: `eventLoop` guards all mutable state; each entry point checks that it runs there
/// (callbacks and closing always, the paths of every packet in debug builds).
public final class EngineConnection: @unchecked Sendable {
    /// The session id: a secret of the client's. Not the id of a Socket.IO socket, which others may see.
    public let id: String
    /// The loop of the channel that opened the session.
    public let eventLoop: any EventLoop
    /// What the client said when it opened the session.
    public let request: HandshakeRequest

    let server: EngineServer
    let engineLoop: EngineLoop
    var session: EngineSession
    /// Stays when the session is closed and has none.
    var lastTransport: EngineTransport
    var queue: OutboundQueue
    var isPingPending = false
    var heldPoll: PollResponder?
    var openPost: PollResponder?
    /// A poll that waits until the candidate's event loop has been asked for what it had read before.
    var deferredPoll: PollResponder?
    var webSocket: WebSocketLink?
    var candidate: WebSocketLink?
    /// Runs out when what follows a message that was sent alone may leave; `nil` otherwise.
    var pause: Scheduled<Void>?
    var isDirty = false
    /// Its place among those that broadcasts reach past all this; see ``OutboundLanes``.
    var lane: OutboundLanes.Index = -1
    var isLaneBarred = false
    private var timer: Scheduled<Void>?
    private var timerDeadline: NIODeadline?
    private var onMessage: ((EngineMessage) -> Void)?
    private var onClose: ((EngineCloseReason) -> Void)?
    var drained: (() -> Void)?

    private var messageBucket: TokenBucket?
    private var byteBucket: TokenBucket?

    init(
        server: EngineServer, engineLoop: EngineLoop, id: String, transport: EngineTransport, request: HandshakeRequest
    ) {
        self.id = id
        self.server = server
        self.engineLoop = engineLoop
        self.eventLoop = engineLoop.eventLoop
        self.request = request
        let configuration = server.configuration
        self.lastTransport = transport
        self.session = EngineSession(transport: transport, timing: configuration.timing, now: .now())
        self.queue = OutboundQueue(
            limits: .init(
                softBytes: configuration.outboundBytesSoft, hardBytes: configuration.outboundBytesHard,
                messagesMax: configuration.outboundMessagesMax, ageMax: configuration.outboundAgeMax))
        let now = NIODeadline.now()
        self.messageBucket = configuration.inbound.messagesPerSecond.map {
            TokenBucket(rate: $0, burst: 2 * $0, now: now)
        }
        self.byteBucket = configuration.inbound.bytesPerSecond.map {
            TokenBucket(rate: $0, burst: max(2 * $0, configuration.maxPayload), now: now)
        }
        self.enterLane()
    }

    /// Sets the receiver of messages: on the event loop, in order.
    public func onMessage(_ body: @escaping (EngineMessage) -> Void) {
        self.eventLoop.preconditionInEventLoop()
        self.onMessage = body
    }

    /// Sets what is called once, when the session ends.
    public func onClose(_ body: @escaping (EngineCloseReason) -> Void) {
        self.eventLoop.preconditionInEventLoop()
        self.onClose = body
    }

    /// Sends a message. It leaves at the end of this turn of the event loop, together with others.
    @discardableResult
    public func send(_ message: EngineMessage) -> SendResult {
        switch message {
        case .text(let text): self.send(OutboundMessage(.message, text))
        case .binary(let bytes): self.send(OutboundMessage(binary: bytes))
        }
    }

    /// Bytes that wait for the client, as framed for a WebSocket (Node: `writeBuffer`).
    public var queuedBytes: Int {
        self.eventLoop.preconditionInEventLoop()
        return self.queue.byteCount
    }

    /// Sets what is called each time when nothing waits for the client any more (Node: `drain`).
    public func onDrain(_ body: @escaping () -> Void) {
        self.eventLoop.preconditionInEventLoop()
        self.drained = body
    }

    /// Closes in order: what is queued still reaches the client.
    public func close() { self.close(.forcedClose) }

    // MARK: Receiving

    /// A packet came over the session's transport.
    func receive(_ packet: EnginePacket) {
        let type: EnginePacketType
        let message: EngineMessage
        switch packet {
        case .text(let textType, let payload): (type, message) = (textType, .text(payload))
        case .binary(let payload): (type, message) = (.message, .binary(payload))
        }
        switch self.session.received(type, now: .now()) {
        case .deliver:
            self.endPause()
            self.server.configuration.observer?.messageReceived(bytes: message.byteCount)
            if let limit = self.exceededRate(message) {
                self.server.configuration.observer?.limitReached(limit)
                return self.close(.rateExceeded)
            }
            self.onMessage?(message)
        case .none: break
        case .closeByPeer:
            self.answerPoll(tail: .noop)
            self.finish(.transportClose)
        case .closeByPeerAwaitingPoll:
            self.candidate?.close(.normal)
            self.candidate = nil
            self.tellClosed(.transportClose)
            self.armTimer()
        case .close(let reason): self.finish(reason)
        }
    }

    private func exceededRate(_ message: EngineMessage) -> ServerLimit? {
        guard self.messageBucket != nil || self.byteBucket != nil else { return nil }
        let now = NIODeadline.now()
        guard self.messageBucket?.take(1, now: now) != false else { return .messagesPerSecond }
        return self.byteBucket?.take(message.byteCount, now: now) == false ? .bytesPerSecond : nil
    }

    func parseFailed() {
        if case .close(let reason) = self.session.parseFailed() { self.finish(reason) }
    }

    // MARK: Closing

    /// Closes in order.
    func close(_ reason: EngineCloseReason) {
        self.eventLoop.preconditionInEventLoop()
        // What is queued goes with a poll of its own, the good-bye with the next: the official client acts on a close
        // packet at once, on a Socket.IO packet before it in the same body only later, and so would never see that.
        if self.heldPoll != nil, !self.queue.isEmpty { self.answerPoll() }
        switch self.session.close(reason, now: .now()) {
        case .none: break
        case .answerHeldPoll:
            self.answerPoll(tail: .close)
            self.finish(reason)
        case .awaitPoll:
            self.candidate?.close(.normal)
            self.candidate = nil
            self.tellClosed(reason)
            self.armTimer()
        case .closeWebSocket:
            while let message = self.queue.next() { self.webSocket?.write(message) }
            self.finish(reason)
        }
    }

    /// Ends at once.
    func abort(_ reason: EngineCloseReason) {
        self.eventLoop.preconditionInEventLoop()
        if case .close(let reason) = self.session.lose(reason) { self.finish(reason) } else { self.release() }
    }

    /// The session is over: ends its transports, tells the application, leaves the table.
    func finish(_ reason: EngineCloseReason) {
        self.answerPoll(tail: .close)
        self.release()
        self.tellClosed(reason)
    }

    /// Lets go of everything that belongs to a closed session.
    func release() {
        self.closeLane()
        self.leaveLane()
        self.queue.removeAll()
        self.heldPoll?.respond(.closePacket)
        self.heldPoll = nil
        self.candidate?.close(.normal)
        self.candidate = nil
        self.webSocket?.close(.normal)
        self.webSocket = nil
        self.pause?.cancel()
        self.pause = nil
        self.timer?.cancel()
        self.timer = nil
        self.timerDeadline = nil
        self.server.remove(self.id)
    }

    private func tellClosed(_ reason: EngineCloseReason) {
        let body = self.onClose
        self.onClose = nil
        self.onMessage = nil
        self.drained = nil
        self.server.configuration.observer?.sessionClosed(reason, on: self.lastTransport)
        body?(reason)
    }

    // MARK: Time

    /// Arms the timer for the session's next deadline. A timer that is earlier than needed is left to fire and looks
    /// again, so that a pong costs no cancelled task.
    func armTimer() {
        self.eventLoop.assertInEventLoop()
        guard let deadline = self.session.nextDeadline else { return }
        if let armed = self.timerDeadline, armed <= deadline { return }
        self.timer?.cancel()
        self.timerDeadline = deadline
        self.timer = self.eventLoop.scheduleTask(deadline: deadline) { self.timerFired() }
    }

    private func timerFired() {
        self.timer = nil
        self.timerDeadline = nil
        self.performDeadlines()
        self.armTimer()
    }

    /// Does what is due. Requests ask first, so that a late timer does not let them into a session that is over.
    func performDeadlines() {
        let now = NIODeadline.now()
        guard let deadline = self.session.nextDeadline, deadline <= now else { return }
        while self.perform(self.session.deadlineReached(now: now)) {}
    }

    /// - Returns: whether to ask again.
    private func perform(_ order: EngineSession.OnDeadline) -> Bool {
        switch order {
        case .none: return false
        case .sendPing:
            if let webSocket {
                webSocket.write(OutboundMessage.ping)
                webSocket.flush()
            } else {
                self.isPingPending = true
                self.flush()
            }
        case .sendNoop: self.answerPoll(tail: .noop)
        case .closeCandidate:
            self.candidate?.close(.normal)
            self.candidate = nil
        case .close(let reason): self.finish(reason)
        case .forget: self.release()
        }
        return true
    }
}
