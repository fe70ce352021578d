/// What became of a message given to a connection.
public enum SendResult: Sendable, Hashable {
    /// Written, or next in line.
    case sent
    /// Waits behind a receiver that is slow at the moment.
    case queued
    /// Has taken the place of an older message of its conflation key, which still waited for the slow receiver.
    case conflated
    /// Not taken.
    case dropped(DropReason)
}

/// Why a message was not taken.
public enum DropReason: Sendable, Hashable {
    /// It is volatile, and the receiver is busy.
    case busy
    /// What waits for the receiver has reached a hard limit; the receiver is disconnected as a slow consumer.
    case slowConsumer
    /// The receiver has gone.
    case disconnected
}
