import NIOCore

/// What the sessions of one event loop share: the list of those with something to flush. Several messages given to a
/// session within one turn of the loop leave in one write.
///
/// `@unchecked Sendable`: `eventLoop` guards all mutable state; both ways in check that they run there (counting,
/// which every message does, in debug builds).
final class EngineLoop: @unchecked Sendable {
    let eventLoop: any EventLoop
    /// Among the server's loops.
    let number: Int
    private var dirty: [EngineConnection] = []
    /// Empty but while `flushAll` runs.
    private var flushing: [EngineConnection] = []
    private var isFlushScheduled = false
    private let observer: (any ServerObserver)?
    /// Of this turn. The observer is told once a turn and not for each message: what it counts with is shared by all
    /// event loops, and a broadcast would have them fight for it.
    private var tally = SendTally()
    /// The short way of broadcasts; `nil` where frames may not go past their channels.
    let lanes: OutboundLanes?

    #if os(Linux)
        private var adopted: AdoptedSockets
        /// What the reads of all adopted sockets go through.
        let readScratch = UnsafeMutableRawBufferPointer.allocate(byteCount: readScratchBytes, alignment: 16)
        private static let readScratchBytes = 64 * 1024
    #endif

    /// - Parameter number: among the server's loops.
    init(eventLoop: any EventLoop, number: Int, configuration: EngineConfiguration) {
        self.eventLoop = eventLoop
        self.number = number
        #if os(Linux)
            self.adopted = AdoptedSockets(loop: number)
        #endif
        self.observer = configuration.observer
        self.lanes =
            configuration.sendsDirectly
            ? OutboundLanes(eventLoop: eventLoop, window: configuration.mergeWindow) : nil
    }

    /// Counts a message for the observer.
    func count(_ result: SendResult, bytes: Int) {
        self.eventLoop.assertInEventLoop()
        guard self.observer != nil else { return }
        self.tally.count(result, bytes: bytes)
        self.scheduleFlush()
    }

    /// Counts messages that went by their lanes.
    func countSent(_ count: Int, bytes: Int) {
        self.eventLoop.assertInEventLoop()
        guard self.observer != nil, count > 0 else { return }
        self.tally.sent += count
        self.tally.bytes += count * bytes
        self.scheduleFlush()
    }

    /// Flushes the connection at the end of this turn.
    func flushLater(_ connection: EngineConnection) {
        self.eventLoop.preconditionInEventLoop()
        self.dirty.append(connection)
        self.scheduleFlush()
    }

    private func scheduleFlush() {
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.eventLoop.execute { self.flushAll() }
    }

    private func flushAll() {
        self.isFlushScheduled = false
        // Swapped and not copied: a copy would make the list allocate anew in every turn.
        swap(&self.dirty, &self.flushing)
        for connection in self.flushing { connection.flush() }
        if let observer, self.tally != SendTally() {
            observer.messagesSent(self.tally)
            self.tally = SendTally()
        }
        // A crowd that was here once must not hold its memory for ever.
        self.flushing.removeAll(keepingCapacity: self.flushing.capacity <= Self.keptCapacityMax)
    }

    #if os(Linux)
        deinit { self.readScratch.deallocate() }

        // MARK: Adopted sockets

        func reserveAdopted() -> SocketWatcher.Token {
            self.eventLoop.preconditionInEventLoop()
            return self.adopted.reserve()
        }

        func putAdopted(_ socket: AdoptedWebSocket, at token: SocketWatcher.Token) {
            self.eventLoop.preconditionInEventLoop()
            self.adopted.put(socket, at: token)
        }

        func removeAdopted(_ token: SocketWatcher.Token) {
            self.eventLoop.preconditionInEventLoop()
            self.adopted.remove(token)
        }

        /// These sockets have news, if they are still open.
        func ready(_ tokens: some Sequence<SocketWatcher.Token>) {
            self.eventLoop.preconditionInEventLoop()
            for token in tokens { self.adopted[token]?.ready() }
        }

        /// In the next turn.
        func readyLater(_ token: SocketWatcher.Token) { self.eventLoop.execute { self.ready(CollectionOfOne(token)) } }
    #endif

    /// Connections for which room is kept between turns: 8 bytes each, 32 KiB a list.
    private static let keptCapacityMax = 4_096
}
