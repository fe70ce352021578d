import NIOCore

/// The requests of a polling session; each comes from a channel that may live on another event loop.
extension EngineConnection {
    /// A GET asks for packets.
    ///
    /// A client may send `5` on its WebSocket and a GET behind it (trap 19), and the GET may be the faster one: on
    /// another event loop, or on the same one, which hears of both at once and in any order. So while an upgrade is
    /// under way the poll waits until all that the kernel had for the candidate at this moment is in our queue: a `5`
    /// that was sent before the GET is among it.
    func poll(_ responder: PollResponder) {
        self.eventLoop.assertInEventLoop()
        self.performDeadlines()
        if let earlier = self.deferredPoll {
            self.deferredPoll = nil
            self.pollNow(earlier)
            return self.pollNow(responder)
        }
        self.deferredPoll = responder
        // Behind the tasks that wait already: a request that was read on this very loop is here before them, and the
        // news of the candidate may be among them.
        self.eventLoop.execute {
            guard self.deferredPoll == responder else { return }
            guard self.session.isUpgrading, let candidate = self.candidate else { return self.resumePoll(responder) }
            candidate.afterAllReceived { self.resumePoll(responder) }
        }
    }

    private func resumePoll(_ responder: PollResponder) {
        guard self.deferredPoll == responder else { return }
        self.deferredPoll = nil
        self.pollNow(responder)
    }

    private func pollNow(_ responder: PollResponder) {
        if self.session.isDraining, !self.queue.isEmpty {
            // As in Node: first what was still queued, the good-bye with the poll after it.
            self.heldPoll = responder
            return self.answerPoll()
        }
        switch self.session.pollArrived() {
        case .hold:
            self.heldPoll = responder
            self.flush()
        case .rejectDuplicate(let reason):
            responder.respond(.badRequest)
            self.queue.removeAll()
            self.finish(reason)
        case .answerWithClose:
            self.heldPoll = responder
            self.answerPoll(tail: .noop, .close)
            self.release()
        case .answerWithNoop:
            responder.respond(.noop)
            self.release()
        case .refuse(let code):
            self.server.countRefusal(code)
            responder.respond(.refusal(code))
        }
    }

    /// The connection of a request that was not answered yet is gone.
    func exchangeAborted(_ responder: PollResponder) {
        self.eventLoop.assertInEventLoop()
        if responder == self.openPost {
            self.openPost = nil
            self.session.postFinished()
        }
        if responder == self.deferredPoll {
            self.deferredPoll = nil
            return self.abort(.transportError)
        }
        guard responder == self.heldPoll else { return }
        self.heldPoll = nil
        if case .close(let reason) = self.session.pollAborted() { self.finish(reason) }
    }

    /// The head of a POST has arrived.
    func postStarted(_ responder: PollResponder) {
        self.eventLoop.assertInEventLoop()
        self.performDeadlines()
        switch self.session.postArrived() {
        case .accept: self.openPost = responder
        case .rejectDuplicate(let reason):
            responder.respond(.badRequest)
            self.openPost?.respond(.badRequest)
            self.openPost = nil
            self.finish(reason)
        case .refuse(let code):
            self.server.countRefusal(code)
            responder.respond(.refusal(code))
        }
    }

    /// What the body of a POST turned out to be.
    enum PostBody: Sendable {
        case packets([EnginePacket])
        /// No Engine.IO payload, or a content type that version 4 does not have: closes the session.
        case unreadable
        /// Over `maxPayload`: 413; the session stays open, the official client closes by itself.
        case tooLarge
    }

    /// The body is complete. Handlers run before the answer, but nothing waits for them.
    func postFinished(_ responder: PollResponder, _ body: PostBody) {
        self.eventLoop.assertInEventLoop()
        guard responder == self.openPost else { return }  // refused or overtaken by a close
        self.openPost = nil
        self.session.postFinished()
        switch body {
        case .packets(let packets):
            for packet in packets { self.receive(packet) }
            responder.respond(.ok)
        case .unreadable:
            responder.respond(.badRequest)
            self.parseFailed()
        case .tooLarge:
            self.server.configuration.observer?.limitReached(.payload)
            responder.respond(.payloadTooLarge)
        }
    }

    private func answerPoll(tail first: OutboundMessage, _ second: OutboundMessage) {
        _ = self.queue.enqueue(first)
        self.answerPoll(tail: second)
    }
}
