/// A database that is open and checked, with the rings that were in it.
struct OpenedStore {
    struct Machine {
        let key: Int64
        let feed: MachineFeed
        /// The units its sender named, by metric.
        var units: [MetricName: String] = [:]
    }

    let store: SQLiteReadingStore
    let directory: MachineDirectory
    let machines: [Machine]
    /// Oldest first.
    var messages: [RoomMessage] = []
    /// Oldest first.
    var handover: [HandoverItem] = []
    var alarms = AlarmRecord()
    /// Reads what is still unread of the rings; `nil`: all is read.
    var backfill: RingBackfill?
}
