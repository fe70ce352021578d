/// What has to be known of a ring to go on with it before all of it is read: from where to where it goes, and of what
/// is older than its newest readings the one thing that is asked for at once. A plain value.
struct RingMark: Hashable, Sendable {
    /// Of the readings from the oldest up to `through`.
    struct Older: Hashable, Sendable {
        let through: Int64
        let newest: NewestTime
    }

    let first: Int64
    let last: Int64
    /// Up to different sequences, the newest first; those that are known.
    let older: [Older]

    var count: Int64 { self.last - self.first + 1 }

    /// Where the parts end that are told of, so many readings before the end of a ring: each four times as far back.
    static func distances(newest: Int, count: Int) -> [Int64] {
        var distances: [Int64] = []
        var distance = max(1, newest)
        while distance < count {
            distances.append(Int64(distance))
            distance *= 4
        }
        return distances
    }
}
