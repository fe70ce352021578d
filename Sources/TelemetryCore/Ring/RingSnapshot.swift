/// What a reader gets of one machine's ring: the answer to `joinRoom` and to `GET …/readings`.
package struct RingSnapshot: Sendable {
    package let machine: MachineID
    package let epoch: Epoch
    /// Of the oldest reading the ring still has (not of the first in `readings`).
    package let firstSequence: Int64
    /// The sequence that follows this snapshot: `(through ?? last) + 1`.
    package let nextSequence: Int64
    /// How many readings after `since` are no longer kept. Zero when no `since` was given.
    package let lost: Int64
    /// Of the whole ring, at the moment of the snapshot.
    package let extent: RingExtent
    /// In sequence order.
    package let readings: [StoredReading]
}
