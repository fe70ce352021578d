extension Limits {
    /// Messages and notes kept of each machine (interface section 5).
    package static let messagesKeptMax = 200
    /// Of all machines together; beyond it the oldest of all goes, whoever's it is. 20,000 of at most 2.3 KB (a text of
    /// 2,000 bytes, two names) are 46 MB of memory and of the file; of usual length, 4 MB. To push out what others
    /// wrote takes 100 machines' logs full.
    package static let messagesKeptInAllMax = 20_000
    /// Notices of people coming and going kept of each machine, in memory only: a name that comes and goes by the
    /// minute must not push out what was said. 10,000 machines x 20 x 150 bytes = 30 MB.
    package static let noticesKeptMax = 20
    /// Items of the hand-over list, open and done: a page to read, and 160 KB at most on the wire. The done ones go
    /// first, the oldest of them before the others; a list of open ones only takes no more.
    package static let handoverItemsMax = 200
}
