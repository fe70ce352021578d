import TelemetryCore

/// The gateway's part on one event loop: who is here, and how far each machine's readings have been sent here. Confined
/// to that loop.
///
/// ``lastDelivered(of:)`` is what makes a join atomic with the live stream: a join on this loop takes the history up to
/// it in the same tick in which it enters the room, so the next `machineData` on this loop is the very next reading.
final class MachineLoop {
    private struct Machine {
        /// The highest that was sent on this loop.
        var sequence: Int64
        let room: String
    }

    /// A machine that is absent has sent nothing yet.
    private var machines: [MachineID: Machine]
    /// By socket id.
    var clients: [String: MachineClient] = [:]
    /// Ids of the sockets that wait for a machine to appear.
    var waiting: [MachineID: Set<String>] = [:]
    /// Ids of the sockets that watch every machine.
    var watchingAll: Set<String> = []
    /// The plain WebSockets of each machine.
    private var streams: [MachineID: [ObjectIdentifier: ReadingStream]] = [:]
    /// Those that have something to flush.
    private var written: [ReadingStream] = []

    /// A loop that has sent nothing: what the directory has now counts as sent.
    init(seededFrom directory: MachineDirectory) {
        self.machines = Dictionary(
            uniqueKeysWithValues: directory.feeds().map { feed in
                (feed.machine, Machine(sequence: feed.lastSequence, room: WireEvents.room(of: feed.machine)))
            }
        )
    }

    /// The highest sequence of the machine that was sent on this loop; 0: none.
    func lastDelivered(of machine: MachineID) -> Int64 { self.machines[machine]?.sequence ?? 0 }

    /// A machine has its first reading here, which is to come.
    func begin(_ live: LiveReading) {
        self.machines[live.machine] = Machine(sequence: live.sequence - 1, room: WireEvents.room(of: live.machine))
    }

    /// Counts the reading as sent. One look into one table: this is done for each reading on each loop.
    /// - Returns: its machine's room; `nil`: ``begin(_:)`` first.
    func advance(to live: LiveReading) -> String? {
        guard let index = self.machines.index(forKey: live.machine) else { return nil }
        self.machines.values[index].sequence = live.sequence
        return self.machines.values[index].room
    }

    /// Whether there is a plain WebSocket on this loop.
    var hasStreams: Bool { !self.streams.isEmpty }

    /// From now on the stream gets what is delivered.
    func add(_ stream: ReadingStream) {
        self.streams[stream.machine, default: [:]][ObjectIdentifier(stream)] = stream
    }

    func remove(_ stream: ReadingStream) {
        self.streams[stream.machine]?[ObjectIdentifier(stream)] = nil
        if self.streams[stream.machine]?.isEmpty == true { self.streams[stream.machine] = nil }
    }

    /// Gives a reading to the streams of its machine; then ``flushStreams()`` must follow.
    func deliverToStreams(_ live: LiveReading) {
        guard let streams = self.streams[live.machine] else { return }
        for stream in streams.values where stream.deliver(live) { self.written.append(stream) }
    }

    /// One write for all the readings of a batch; a stream that got several is flushed once with effect.
    func flushStreams() {
        guard !self.written.isEmpty else { return }
        let written = self.written
        self.written = []
        for stream in written { stream.flush() }
    }
}
