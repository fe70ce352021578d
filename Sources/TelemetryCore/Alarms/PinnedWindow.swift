/// The readings around one raise of an alarm, kept from being overwritten.
package struct PinnedWindow: Sendable {
    package let episode: Int64
    package let machine: MachineID
    package let from: Timestamp
    package let to: Timestamp
    /// False while the window has not ended: more will come.
    package let isComplete: Bool
    /// In sequence order.
    package let readings: [StoredReading]
}
