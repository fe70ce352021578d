/// The bounds of alarms, their history and what they pin.
extension Limits {
    /// Bytes of a rule's name.
    package static let alarmRuleNameBytesMax = 64
    /// Rules, of the page and of the configuration together. 500 x about 1 KiB of texts = 0.5 MiB.
    package static let alarmRulesMax = 500
    /// Alarms, one for each rule and machine it has met. 20,000 x about 0.5 KiB = 10 MiB: a rule for every machine of
    /// 10,000, twice. Beyond it no more are made (the log says so once); those that are go on.
    package static let alarmsMax = 20_000
    /// Bytes of a rule's text, of what to do, and of a comment.
    package static let alarmTextBytesMax = 500
    /// Bytes of the name of who acknowledges or shelves.
    package static let alarmNameBytesMax = 128
    /// The longest on-delay and off-delay, milliseconds: a day.
    package static let alarmDelayMillisecondsMax: Int64 = 86_400_000
    /// An alarm is shelved for this long at most, milliseconds: 24 h. Whatever is hidden comes back by itself.
    package static let alarmShelveMillisecondsMax: Int64 = 86_400_000
    /// And for at least this, milliseconds: less is a slip of the keyboard.
    package static let alarmShelveMillisecondsMin: Int64 = 1_000
    /// Raises within so many milliseconds are its chatter: 10 min.
    package static let alarmChatterMilliseconds: Int64 = 600_000
    /// Raises of one alarm that are remembered for that; more are counted as this many. 100 x 8 bytes x 20,000 = 16 MB
    /// if every alarm chattered.
    package static let alarmChatterRaisesMax = 100
    /// A rate of change is not taken over a longer gap between two readings, milliseconds: what happened in between
    /// is not known.
    package static let alarmRateGapMillisecondsMax: Int64 = 60_000
    /// Silence means nothing for so long after the start, milliseconds, unless the machine has been heard since: who
    /// was away was not the machine.
    package static let alarmStartMilliseconds: Int64 = 60_000
    /// A machine that sent nothing but late readings for this long (by our clock, milliseconds) has a clock that went
    /// back: they are judged again. A file of old readings is shorter, or is sent beside live ones.
    package static let alarmLateMillisecondsMax: Int64 = 60_000

    /// Events kept: the oldest go. 20,000 x about 300 bytes = 6 MiB of the file.
    package static let alarmEventsMax = 20_000
    /// Events in one answer.
    package static let alarmEventsPageMax = 1_000
    /// Events, and alarms that changed, that wait for the disk. While it refuses, the oldest events go beyond this.
    package static let alarmEventsWaitingMax = 10_000
    /// Rows of alarms written in one transaction.
    package static let alarmRowsPerWrite = 2_000
    /// Acknowledgements and the like that wait for their commit.
    package static let alarmRequestsMax = 1_000
    /// What changed in an alarm without an event (a delay that began) is written after this many milliseconds, and so
    /// is up to when readings were judged: how much a start after `kill -9` judges again.
    package static let alarmRecordMilliseconds: Int64 = 10_000
    /// A start judges readings again that were received this long before, milliseconds: a reading may have waited that
    /// long in the queue, or our clock may have been set back.
    package static let alarmReplayMilliseconds: Int64 = 60_000

    /// A raised alarm pins what was received from so long before it …, milliseconds: 5 min.
    package static let pinBeforeMilliseconds: Int64 = 300_000
    /// … to so long after it, milliseconds: 5 min.
    package static let pinAfterMilliseconds: Int64 = 300_000
    /// Readings pinned before an alarm, and after it: 5 min at 60 Hz. Of more, those next to it.
    package static let pinReadingsPerSideMax = 18_000
    /// Windows kept: the oldest goes.
    package static let pinsMax = 500
    /// Readings pinned in all windows together: 300,000 x about 70 bytes = 21 MB of the file, with ten extra metrics
    /// each 90 MB. Beyond it the oldest windows go.
    package static let pinnedReadingsMax = 300_000
    /// Readings pinned in one transaction: some 10 ms of the writer.
    package static let pinReadingsPerWrite = 4_096
    /// Windows dropped in one transaction: some milliseconds each.
    package static let pinsDroppedPerWrite = 16
    /// A window is closed this long after its end, if no reading came that says so, milliseconds: longer than a
    /// reading waits for the writer.
    package static let pinGraceMilliseconds: Int64 = 30_000
    /// An alarm that was raised this often within 10 min gets no further windows of its own: one that chatters must not
    /// push out those of others.
    package static let pinsPerChatterMax = 10
}
