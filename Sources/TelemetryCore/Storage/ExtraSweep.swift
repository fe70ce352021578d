/// Decides which readings go when the extra metrics of all rings take too much memory: an eighth of the ring that
/// holds most of them and of those that hold at least half as much, the oldest readings first. So the horizon of
/// whoever fills the memory gets shorter, new readings still come in, and a machine without extra metrics loses
/// nothing.
enum ExtraSweep {
    /// One step, of a bounded number of readings; empty: there is nothing to be had.
    static func largest(of feeds: [MachineFeed], excess: Int, key: (MachineID) -> Int64?) -> [RingDrop] {
        guard excess > 0 else { return [] }
        let sizes = feeds.map { (feed: $0, bytes: $0.extraBytes) }.sorted { $0.bytes > $1.bytes }
        let least = max(1, (sizes.first?.bytes ?? 0) / 2)
        var (room, excess) = (Limits.droppedReadingsMax, excess)
        var drops: [RingDrop] = []
        for (feed, bytes) in sizes where room > 0 && excess > 0 && bytes >= least {
            let extent = feed.extent
            let count = Int(extent.last - extent.first) + 1
            // The newest stays.
            let dropped = min(max(1, count / 8), count - 1, room)
            guard dropped > 0, let key = key(feed.machine) else { continue }
            drops.append(
                RingDrop(feed: feed, key: key, first: extent.first, last: extent.first + Int64(dropped) - 1))
            room -= dropped
            excess -= bytes / count * dropped
        }
        return drops
    }
}
