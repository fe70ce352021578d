import Logging
import NIOCore

/// From the application to the transport: what leaves at once, what waits, what is not taken.
extension EngineConnection {
    func send(_ message: OutboundMessage, key: ConflationKey? = nil, isVolatile: Bool = false) -> SendResult {
        let result = self.take(message, key: key, isVolatile: isVolatile)
        self.engineLoop.count(result, bytes: message.byteCount)
        return result
    }

    /// Sends a message over a WebSocket in a segment of its own, and keeps what follows back for a moment: a client
    /// whose WebSocket hands out all frames of one read at once (`ws` in Node) and that begins to listen for the next
    /// message when it has this one would miss it, as the official protocol suite does. A message from the client ends
    /// the pause.
    func sendAlone(_ message: OutboundMessage) {
        let pause = self.server.configuration.pauseAfterLone
        let isAlone = pause > .zero && self.pause == nil && self.queue.isEmpty && self.webSocket?.isWritable == true
        _ = self.send(message)
        guard isAlone, self.session.transport == .websocket else { return }
        self.flush()
        self.closeLane()
        self.pause = self.eventLoop.scheduleTask(in: pause) { self.endPause() }
    }

    func endPause() {
        guard let pause else { return }
        self.pause = nil
        pause.cancel()
        self.flush()
    }

    private func take(_ message: OutboundMessage, key: ConflationKey?, isVolatile: Bool) -> SendResult {
        self.eventLoop.assertInEventLoop()
        guard let transport = self.session.transport else { return .dropped(.disconnected) }
        self.closeLane()
        let isWritable = transport == .websocket && self.webSocket?.isWritable == true
        if isWritable, self.pause == nil, self.queue.isEmpty, let webSocket {
            webSocket.write(message)
            self.markDirty()
            return .sent
        }
        let isPausing = isWritable && self.pause != nil
        let isBusy = transport == .websocket ? !isPausing : !self.session.isPollHeld
        if isVolatile && isBusy { return .dropped(.busy) }
        switch self.queue.enqueue(message, key: key, now: .now()) {
        case .appended:
            self.markDirty()
            return isBusy ? .queued : .sent
        case .replaced:
            self.markDirty()
            return .conflated
        case .overflow:
            self.server.logger.info("Slow consumer closed", metadata: ["queued-bytes": "\(self.queue.byteCount)"])
            self.server.configuration.observer?.limitReached(.outboundQueue)
            self.queue.removeAll()
            self.abort(.slowConsumer)
            return .dropped(.slowConsumer)
        }
    }

    func markDirty() {
        guard !self.isDirty else { return }
        self.isDirty = true
        self.engineLoop.flushLater(self)
    }

    /// Moves what is queued to the transport, as far as it takes it.
    func flush() {
        self.eventLoop.assertInEventLoop()
        self.isDirty = false
        let hadMessages = !self.queue.isEmpty
        defer { if hadMessages, self.queue.isEmpty { self.drained?() } }
        switch self.session.transport {
        case .websocket?:
            guard let webSocket, self.pause == nil else { return }
            // Flushing may make room at once, and then nobody tells that there is.
            repeat {
                while webSocket.isWritable, let message = self.queue.next() { webSocket.write(message) }
                webSocket.flush()
            } while !self.queue.isEmpty && webSocket.isWritable
            self.openLane()
        case .polling?:
            if self.heldPoll != nil, self.isPingPending || !self.queue.isEmpty { self.answerPoll() }
        case nil: break
        }
    }

    /// Answers the held poll with the waiting packets, `tail` last.
    func answerPoll(tail: OutboundMessage? = nil) {
        guard let poll = self.heldPoll else { return }
        self.heldPoll = nil
        self.session.pollAnswered()
        var body = ByteBuffer()
        if self.isPingPending { OutboundMessage.ping.writePayload(into: &body) }
        self.isPingPending = false
        var isCompressible = false
        while let message = self.queue.next() {
            message.writePayload(into: &body)
            isCompressible = isCompressible || message.isCompressible
        }
        tail?.writePayload(into: &body)
        var response = EngineResponse.payload(body)
        response.isCompressible = isCompressible
        poll.respond(response)
    }
}
