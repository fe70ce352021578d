import TelemetryCore

/// The gateway's part on one event loop: who is here, and how far each machine's readings have been sent here. Confined
/// to that loop.
///
/// `lastDelivered` is what makes a join atomic with the live stream: a join on this loop takes the history up to it in
/// the same tick in which it enters the room, so the next `machineData` on this loop is the very next reading.
final class MachineLoop {
    /// The highest sequence that was sent on this loop; a machine that is absent has none yet.
    var lastDelivered: [MachineID: Int64]
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
        self.lastDelivered = Dictionary(
            uniqueKeysWithValues: directory.feeds().map { ($0.machine, $0.lastSequence) }
        )
    }

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
