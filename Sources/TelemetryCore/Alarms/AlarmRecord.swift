/// All that the database has of alarms at the start.
struct AlarmRecord: Sendable {
    /// A window that had not ended.
    struct OpenPin: Sendable {
        let machine: MachineID
        let open: PinDesk.Open
        /// In the database up to this sequence.
        let copied: Int64
    }

    var page: [AlarmRules.Entry] = []
    var configured: [AlarmRules.Entry] = []
    var rows: [AlarmWriteSet.Row] = []
    var nextEpisode: Int64 = 1
    var nextEvent: Int64 = 1
    /// All that was received before is judged; `nil`: nothing ever was.
    var judgedUntil: Timestamp?
    var openPins: [OpenPin] = []
    var pinnedReadings = 0
    var pinnedWindows = 0
    /// Machines whose first reading is a retained value and still in the ring: it says nothing about now.
    var retained: Set<MachineID> = []

    /// A rule as it was kept.
    func entry(_ id: AlarmRule.ID) -> AlarmRules.Entry? {
        (self.configured + self.page).first { $0.rule.id == id }
    }
}
