/// One time that an alarm was raised, with all that followed.
package struct AlarmEpisode: Sendable {
    package let number: Int64
    /// As it is now while the episode is the alarm's present one; as it was at its end otherwise.
    package let alarm: Alarm
    /// Oldest first.
    package let events: [AlarmEvent]
    /// Of the window around the raise, by receipt.
    package let from: Timestamp
    package let to: Timestamp
}
