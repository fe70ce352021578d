import Synchronization

/// What is said and noted in the machines' rooms: the last of each machine, kept in the database. Any thread.
package final class MessageBoard: Sendable {
    private let journal: Journal
    private let log: Mutex<MessageLog>

    /// - Parameter kept: what the database had, oldest first.
    init(journal: Journal, kept: [RoomMessage], keptInAllMax: Int = Limits.messagesKeptInAllMax) {
        self.journal = journal
        var log = MessageLog(keptInAllMax: keptInAllMax)
        for message in kept { _ = log.append(message) }
        self.log = Mutex(log)
    }

    /// Keeps a message or note. The completion runs on the writer thread after the commit, in the order of the numbers,
    /// with the message as it was kept; or with the reason why it was not, then maybe at once.
    package func post(
        _ draft: MessageDraft,
        completion: @escaping @Sendable (Result<RoomMessage, JournalError>) -> Void
    ) {
        assert(draft.kind != .notice)
        let row = WrittenRow()
        self.journal.submit(JournalWrite { db in row.set(try MessageTable.insert(draft, db)) }) { result in
            completion(
                result.map {
                    let message = draft.numbered(row.id)
                    self.append(message)
                    return message
                })
        }
    }

    /// A notice of the server: in memory only.
    package func notice(_ text: String, sender: String, machine: MachineID, at time: Timestamp) -> RoomMessage {
        let draft = MessageDraft(machine: machine, kind: .notice, sender: sender, text: text, timestamp: time)
        let notice = draft.numbered(nil)
        self.append(notice)
        return notice
    }

    /// The last of a machine, newest last: at most `Limits.messagesKeptMax`.
    package func recent(_ machine: MachineID) -> [RoomMessage] {
        self.log.withLock { $0.recent(machine) }
    }

    /// Messages and notes kept now.
    package var keptCount: Int { self.log.withLock { $0.kept } }

    private func append(_ message: RoomMessage) {
        guard let last = self.log.withLock({ $0.append(message) }) else { return }
        // Should it fail: the next one that goes takes along all before it.
        self.journal.submit(JournalWrite { try MessageTable.delete(through: last, $0) }) { _ in }
    }
}
