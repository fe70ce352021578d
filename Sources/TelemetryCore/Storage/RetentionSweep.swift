/// Decides what goes because of age or size, a bounded number of readings at a time. Writer thread; no I/O.
///
/// Age: from the oldest on, by the time of receipt. Size: when less than a sixteenth of the allowed pages is free, an
/// eighth of the largest ring and of those at least half its size; so rings of one size shrink together, and a chatty
/// machine's before a quiet one's. What is dropped makes room in the file, and the next readings go there.
struct RetentionSweep {
    private let retention: Retention
    private let clock: WallClock
    private let interval: Duration
    private(set) var due: ContinuousClock.Instant
    /// Said once.
    private(set) var hasReachedSize = false

    /// `interval`: how often age is looked at; `nil`: as `Limits` say.
    init(_ retention: Retention, clock: WallClock, interval: Duration? = nil) {
        self.retention = retention
        self.clock = clock
        let seconds = retention.maxAge.map { $0 / 100 } ?? .seconds(Limits.retentionSecondsMax)
        self.interval = interval ?? min(max(seconds, .seconds(1)), .seconds(Limits.retentionSecondsMax))
        self.due = .now
    }

    /// By the clock that the store was opened with.
    var now: Timestamp { self.clock.now() }

    var hasBounds: Bool { self.retention != Retention() }

    /// The pages that the file may have; `nil`: any number.
    var pagesMax: Int? {
        self.retention.maxBytes.map { Int($0) / Limits.databasePageBytes }
    }

    /// What to drop for its age now; empty: nothing, or it is not the time to look.
    mutating func expired(of feeds: [MachineFeed], key: (MachineID) -> Int64?) -> [RingDrop] {
        guard let age = self.retention.maxAge, ContinuousClock.now >= self.due else { return [] }
        let now = self.clock.now()
        let oldest = now.adding(milliseconds: -Int64(min(age / .milliseconds(1), 1e15)))
        var room = Limits.droppedReadingsMax
        var drops: [RingDrop] = []
        var areAllRead = true
        for feed in feeds where room > 0 {
            // Of a ring whose oldest readings are not in memory yet the age is not known: the next look.
            if !feed.isRead {
                areAllRead = false
                continue
            }
            guard let range = feed.expired(before: oldest, now: now, limit: room) else { continue }
            guard let key = key(feed.machine) else { continue }
            drops.append(RingDrop(feed: feed, key: key, first: range.first, last: range.last))
            room -= drops.last?.count ?? 0
        }
        // With room left, all have been looked at.
        if room > 0, areAllRead { self.due = .now + self.interval }
        return drops
    }

    /// What to drop so that a file with so many pages in use gets room again, a sixteenth or as much as is wanted;
    /// empty: there is that much, or never will be. (A disk that is full before the file is as large as it may be would
    /// not get better.)
    mutating func largest(
        of feeds: [MachineFeed],
        pagesUsed: Int,
        pagesWanted: Int = 0,
        key: (MachineID) -> Int64?
    ) -> [RingDrop] {
        guard let pagesMax, pagesWanted < pagesMax else { return [] }
        guard pagesMax - pagesUsed < max(pagesMax / Limits.freePagesPart, pagesWanted) else { return [] }
        self.hasReachedSize = true
        var room = Limits.droppedReadingsMax
        var drops: [RingDrop] = []
        let extents = feeds.map { (feed: $0, extent: $0.extent) }.sorted { $0.extent.fileBytes > $1.extent.fileBytes }
        let least = (extents.first?.extent.fileBytes ?? 0) / 2
        for (feed, extent) in extents where room > 0 && extent.fileBytes >= least {
            let count = Int(extent.last - extent.first) + 1
            // Two pages of rows at least, where there are as many: less frees no page.
            let dropped = min(max(1, count / 8, min(128, count / 2)), count - 1, room)
            guard dropped > 0, let key = key(feed.machine) else { continue }
            drops.append(
                RingDrop(feed: feed, key: key, first: extent.first, last: extent.first + Int64(dropped) - 1))
            room -= dropped
        }
        return drops
    }
}
