/// The newest source time of some readings, and which of them has it.
struct NewestTime: Hashable, Sendable {
    /// No reading has a source time that says anything (`ReadingSlot.tellsSourceTime`).
    static let none = NewestTime(milliseconds: .min, sequence: 0)

    /// Since 1970; `.min`: none.
    let milliseconds: Int64
    let sequence: Int64

    /// Of equal times the newer reading's.
    func newer(_ other: NewestTime) -> NewestTime {
        if other.milliseconds == self.milliseconds { return other.sequence > self.sequence ? other : self }
        return other.milliseconds > self.milliseconds ? other : self
    }
}
