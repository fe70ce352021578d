import NIOCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The short way of a broadcast to the sockets of one event loop: a flat table of descriptors, and one system call a
/// receiver. No object of a connection is looked at while its lane is open, which is what a delivery costs otherwise:
/// a dozen of them, cold in a crowd, each with a reference to count.
///
/// A lane is open while its connection has nothing else to do than to pass a frame on: a WebSocket whose channel is on
/// this loop, nothing waiting in queue or channel, no compression, no listener that wants to see what goes out. The
/// connection closes it before it does anything else (``EngineConnection/closeLane()``), and opens it again after.
///
/// Receivers that got something within the last ``window`` have what follows held until it is over, so that it leaves
/// in one write; frames held stand once in a log that all receivers share, and each has its runs of it.
///
/// `@unchecked Sendable`: confined to its event loop, as ``EngineLoop``, which owns it.
final class OutboundLanes: @unchecked Sendable {
    /// Place of a connection in the table; negative: it has none.
    typealias Index = Int32

    struct Lane {
        var descriptor: CInt = -1
        var isOpen = false
        /// Whether it stands in `held` or `due`.
        var isListed = false
        /// Whether it stands in `due`.
        var isDue = false
        /// The last run of the log that is held for it; empty: nothing is.
        var from: UInt32 = 0
        var to: UInt32 = 0
        /// Bytes of the runs before that one.
        var earlierBytes: UInt32 = 0
        /// When it was last sent something, in milliseconds of the loop's clock; wraps.
        var sentAt: UInt32 = 0

        var heldBytes: Int { Int(self.earlierBytes) + Int(self.to - self.from) }
    }

    private let eventLoop: any EventLoop
    /// Milliseconds for which frames are held; zero: never.
    private let window: UInt32
    /// The table. Not an array: who is called for a rest comes back here in the middle of a walk, which an access to a
    /// property would forbid, and the walk is the hottest of all.
    private var lanes: UnsafeMutablePointer<Lane>
    private var capacity = 64
    private var count = 0
    private var owners: ContiguousArray<(any LaneOwner)?> = []
    /// Runs before the last one; mostly empty.
    private var earlier: ContiguousArray<ContiguousArray<Range<UInt32>>> = []
    private var free: ContiguousArray<Index> = []
    /// Frames of this window, one behind the other.
    private var log = ByteBuffer()
    /// Lanes with something held until the window is over.
    private var held: ContiguousArray<Index> = []
    /// Lanes with something held until the batch is over.
    private var due: ContiguousArray<Index> = []
    private var isTimerSet = false
    private var isBatch = false
    private var isUrgent = false
    private var scratch = ByteBuffer()

    /// - Parameter window: how long a frame may be held for others to join it.
    init(eventLoop: any EventLoop, window: TimeAmount) {
        self.eventLoop = eventLoop
        self.window = UInt32(clamping: window.nanoseconds / 1_000_000)
        self.lanes = .allocate(capacity: self.capacity)
    }

    deinit { self.lanes.deallocate() }

    // MARK: Connections

    /// A place for a connection; its lane is closed.
    func enter(_ connection: any LaneOwner) -> Index {
        if let index = self.free.popLast() {
            self.lanes[Int(index)] = Lane()
            self.owners[Int(index)] = connection
            return index
        }
        if self.count == self.capacity { self.grow() }
        (self.lanes + self.count).initialize(to: Lane())
        self.count += 1
        self.owners.append(connection)
        self.earlier.append([])
        return Index(self.count - 1)
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Lane>.allocate(capacity: 2 * self.capacity)
        larger.moveInitialize(from: self.lanes, count: self.count)
        self.lanes.deallocate()
        self.lanes = larger
        self.capacity *= 2
    }

    /// Gives a lane back, in the next turn: rooms may still name it in this one.
    func leave(_ index: Index) {
        self.drop(index)
        self.owners[Int(index)] = nil
        self.eventLoop.execute { self.free.append(index) }
    }

    func isOpen(_ index: Index) -> Bool { self.lanes[Int(index)].isOpen }

    func open(_ index: Index, _ descriptor: CInt) {
        self.lanes[Int(index)].descriptor = descriptor
        self.lanes[Int(index)].isOpen = true
    }

    /// Closes a lane; what is held for it must go before anything else.
    func close(_ index: Index) -> ByteBuffer? {
        self.lanes[Int(index)].isOpen = false
        guard self.lanes[Int(index)].heldBytes > 0 else { return nil }
        self.gather(Int(index))
        defer { self.forget(Int(index)) }
        return ByteBuffer(bytes: self.scratch.readableBytesView)
    }

    /// Closes a lane; what is held for it has nowhere to go.
    func drop(_ index: Index) {
        self.lanes[Int(index)].isOpen = false
        self.forget(Int(index))
    }

    // MARK: Sending

    /// Sends whole frames, now or within the window, to all lanes that are open.
    /// - Parameter slow: empty; gets the places in `receivers` of the others.
    /// - Returns: how many took it.
    func send(
        _ frames: ByteBuffer, to receivers: ContiguousArray<Index>, others slow: inout ContiguousArray<Int>
    ) -> Int {
        self.eventLoop.assertInEventLoop()
        let (lanes, window, isBatch, isUrgent, now) = (self.lanes, self.window, self.isBatch, self.isUrgent, self.now())
        var logged: Range<UInt32>?
        frames.withUnsafeReadableBytes { bytes in
            for place in receivers.indices {
                let index = Int(receivers[place])
                guard index >= 0, lanes[index].isOpen else {
                    slow.append(place)
                    continue
                }
                let isDue = isUrgent || now &- lanes[index].sentAt >= window
                if isDue, !isBatch, lanes[index].to == lanes[index].from {
                    lanes[index].sentAt = now
                    self.send(bytes, index)
                    continue
                }
                let run = logged ?? self.write(frames)
                logged = run
                self.hold(run, index, isDue: isDue)
            }
        }
        if self.log.readableBytes > Self.logBytesMax { self.flushAll() }
        return receivers.count - slow.count
    }

    /// Runs `body`; what it sends to one receiver leaves in one write.
    /// - Parameter isUrgent: it has waited before and is held for nobody; what was held leaves with it.
    func batch(isUrgent: Bool = false, _ body: () -> Void) {
        guard !self.isBatch else { return body() }
        self.isBatch = true
        self.isUrgent = isUrgent
        body()
        self.isBatch = false
        self.isUrgent = false
        self.flushDue()
    }

    private func flushDue() {
        guard !self.due.isEmpty else { return }
        let now = self.now()
        for index in self.due { self.flush(Int(index), now) }
        self.due.removeAll(keepingCapacity: self.due.count <= Self.keptPlacesMax)
        if self.held.isEmpty { self.clearLog() }
    }

    /// The log has become too long to wait for the end of the window.
    private func flushAll() {
        self.flushDue()
        self.flushHeld()
    }

    /// From a moment before which no lane was sent anything.
    private func now() -> UInt32 {
        UInt32(truncatingIfNeeded: self.eventLoop.now.uptimeNanoseconds / 1_000_000 &+ UInt64(self.window))
    }

    private func write(_ frames: ByteBuffer) -> Range<UInt32> {
        let start = UInt32(self.log.writerIndex)
        self.log.writeImmutableBuffer(frames)
        return start..<UInt32(self.log.writerIndex)
    }

    private func hold(_ run: Range<UInt32>, _ index: Int, isDue: Bool) {
        if self.isBatch, isDue {
            if !self.lanes[index].isDue { self.due.append(Index(index)) }
            self.lanes[index].isDue = true
            self.lanes[index].isListed = true
        } else if !self.lanes[index].isListed {
            self.held.append(Index(index))
            self.lanes[index].isListed = true
            self.setTimer()
        }
        if self.lanes[index].to == self.lanes[index].from {
            self.lanes[index].from = run.lowerBound
        } else if self.lanes[index].to != run.lowerBound {
            let last = self.lanes[index].from..<self.lanes[index].to
            self.earlier[index].append(last)
            self.lanes[index].earlierBytes += UInt32(last.count)
            self.lanes[index].from = run.lowerBound
        }
        self.lanes[index].to = run.upperBound
        if self.lanes[index].heldBytes >= WebSocketLink.outboxBytesMax { self.flush(index, self.now()) }
    }

    private func setTimer() {
        guard !self.isTimerSet else { return }
        self.isTimerSet = true
        self.eventLoop.scheduleTask(in: .milliseconds(Int64(self.window))) {
            self.isTimerSet = false
            self.flushHeld()
        }
    }

    private func flushHeld() {
        guard !self.held.isEmpty else { return }
        let now = self.now()
        for index in self.held { self.flush(Int(index), now) }
        self.held.removeAll(keepingCapacity: self.held.count <= Self.keptPlacesMax)
        if self.due.isEmpty { self.clearLog() }
    }

    /// Sends what is held for one lane, and takes it off the lists' mind; its place in them stays until they are gone
    /// through.
    private func flush(_ index: Int, _ now: UInt32) {
        self.lanes[index].isListed = false
        self.lanes[index].isDue = false
        guard self.lanes[index].to != self.lanes[index].from else { return }
        self.lanes[index].sentAt = now
        if self.earlier[index].isEmpty {
            let run = Int(self.lanes[index].from)..<Int(self.lanes[index].to)
            self.lanes[index].from = self.lanes[index].to
            // A reference of its own: whoever is called for a rest may change the log.
            let log = self.log
            log.withUnsafeReadableBytes { self.send(UnsafeRawBufferPointer(rebasing: $0[run]), index) }
        } else {
            self.gather(index)
            self.forget(index)
            let bytes = self.scratch
            bytes.withUnsafeReadableBytes { self.send($0, index) }
        }
    }

    /// Copies all runs of a lane to `scratch`.
    private func gather(_ index: Int) {
        self.scratch.clear()
        for run in self.earlier[index] + [self.lanes[index].from..<self.lanes[index].to] {
            if let bytes = self.log.getSlice(at: Int(run.lowerBound), length: run.count) {
                self.scratch.writeImmutableBuffer(bytes)
            }
        }
    }

    private func forget(_ index: Int) {
        self.lanes[index].from = self.lanes[index].to
        self.lanes[index].earlierBytes = 0
        guard !self.earlier[index].isEmpty else { return }
        self.earlier[index].removeAll(keepingCapacity: self.earlier[index].count <= Self.keptRunsMax)
    }

    private func clearLog() {
        if self.log.capacity > Self.keptLogBytesMax { self.log = ByteBuffer() } else { self.log.clear() }
    }

    /// Whole frames to one socket. What it does not take, its channel gets, which waits, or hears of the error.
    @inline(__always)
    private func send(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
        let sent = systemSend(self.lanes[index].descriptor, bytes.baseAddress, bytes.count, Self.flags)
        guard sent != bytes.count else { return }
        self.lanes[index].isOpen = false
        self.owners[index]?.fellBehind(ByteBuffer(bytes: bytes.dropFirst(max(0, sent))))
    }

    #if canImport(Darwin)
        private static let flags = MSG_DONTWAIT
    #else
        private static let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
    #endif

    /// Bytes of the log from which on a window ends early.
    private static let logBytesMax = 1024 * 1024
    /// Bytes of the log that are kept between windows.
    private static let keptLogBytesMax = 256 * 1024
    /// Places that are kept between turns: 4 bytes each.
    private static let keptPlacesMax = 16_384
    /// Runs for which a lane keeps room: 8 bytes each.
    private static let keptRunsMax = 16
}

/// Whose lane it is.
protocol LaneOwner: AnyObject {
    /// The socket did not take all: `rest` must go before anything else. The lane is closed already.
    func fellBehind(_ rest: ByteBuffer)
}

/// `send`, which a method of that name hides.
private func systemSend(_ socket: CInt, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: CInt) -> Int {
    send(socket, bytes, count, flags)
}
