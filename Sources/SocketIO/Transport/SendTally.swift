/// What became of a number of messages, each counted once.
public struct SendTally: Sendable, Hashable {
    /// Written, or next in line.
    public internal(set) var sent = 0
    /// Waiting behind a slow receiver.
    public internal(set) var queued = 0
    /// In the place of an older one that still waited.
    public internal(set) var conflated = 0
    /// Not taken.
    public internal(set) var dropped = 0
    /// Bytes of those that were taken, as framed for a WebSocket.
    public internal(set) var bytes = 0

    /// Nothing yet.
    public init() {}

    mutating func count(_ result: SendResult, bytes: Int) {
        switch result {
        case .sent: self.sent += 1
        case .queued: self.queued += 1
        case .conflated: self.conflated += 1
        case .dropped:
            self.dropped += 1
            return
        }
        self.bytes += bytes
    }
}
