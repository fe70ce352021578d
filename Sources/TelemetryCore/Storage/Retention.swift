/// Bounds of what is kept beside the count per machine (N); whichever is reached first.
///
/// The newest reading of a machine always stays: it is the last known value, and the sequence goes on from it.
package struct Retention: Sendable, Equatable {
    /// By the time of receipt. `nil`: no bound.
    package var maxAge: Duration?
    /// Of the database file, at least `Limits.retainedBytesMin`; the log beside it comes on top. `nil`: no bound.
    package var maxBytes: Int64?

    package init(maxAge: Duration? = nil, maxBytes: Int64? = nil) {
        self.maxAge = maxAge
        self.maxBytes = maxBytes
    }
}
