/// Gets every reading once it is committed.
package protocol ReadingSink: Sendable {
    /// On the writer thread, after the commit and after the rings have the readings; in commit order, so per machine
    /// in sequence order. Must not block: the next commit waits for it.
    func committed(_ readings: [StoredReading])
}
