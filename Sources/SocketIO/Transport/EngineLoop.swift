import NIOCore

/// What the sessions of one event loop share: the list of those with something to flush. Several messages given to a
/// session within one turn of the loop leave in one write.
///
/// `@unchecked Sendable`: `eventLoop` guards all mutable state; every method checks that it runs there.
final class EngineLoop: @unchecked Sendable {
    let eventLoop: any EventLoop
    private var dirty: [EngineConnection] = []
    private var isFlushScheduled = false

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    /// Flushes the connection at the end of this turn.
    func flushLater(_ connection: EngineConnection) {
        self.eventLoop.preconditionInEventLoop()
        self.dirty.append(connection)
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.eventLoop.execute { self.flushAll() }
    }

    private func flushAll() {
        self.isFlushScheduled = false
        let connections = self.dirty
        self.dirty.removeAll(keepingCapacity: true)
        for connection in connections { connection.flush() }
        // A crowd that was here once must not hold its memory for ever.
        if self.dirty.isEmpty, self.dirty.capacity > 4_096 { self.dirty = [] }
    }
}
