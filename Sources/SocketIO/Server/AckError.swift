/// Why an acknowledgement did not come.
public enum AckError: Error, Equatable, Sendable {
    /// Not within the time given.
    case timedOut
    /// The socket left before it answered, or had left already.
    case disconnected(DisconnectReason?)
    /// The socket owes too many acknowledgements already.
    case tooManyPending
}
