import Synchronization

/// The list that one shift leaves to the next, kept in the database. Every change is told after its commit. Any thread.
package final class HandoverDesk: Sendable {
    private struct State {
        /// In the order of their numbers.
        var items: [HandoverItem]
        /// Items that are being added.
        var coming = 0
        /// Done items that are about to make room.
        var leaving: Set<Int64> = []
        var listeners: [@Sendable () -> Void] = []
    }

    private let journal: Journal
    private let itemsMax: Int
    private let state: Mutex<State>

    /// - Parameter kept: what the database had.
    init(journal: Journal, kept: [HandoverItem], itemsMax: Int = Limits.handoverItemsMax) {
        self.journal = journal
        self.itemsMax = itemsMax
        self.state = Mutex(State(items: kept))
    }

    /// As they came in, open and done.
    package var items: [HandoverItem] { self.state.withLock { $0.items } }

    /// Calls `body` after each change, on the writer thread; it must not block.
    package func addListener(_ body: @escaping @Sendable () -> Void) {
        self.state.withLock { $0.listeners.append(body) }
    }

    /// Adds an open item. The one that was done longest ago goes when they are too many. Returns after the commit.
    package func add(
        _ text: String,
        machine: MachineID?,
        by name: String,
        at time: Timestamp
    ) async throws(HandoverError) -> HandoverItem {
        let evicted = try self.claimRoom()
        let row = WrittenRow()
        let draft = HandoverItem(id: 0, machine: machine, text: text, by: name, at: time)
        let write = JournalWrite { db in
            if let evicted { try HandoverTable.delete(evicted, db) }
            row.set(try HandoverTable.insert(draft, db))
        }
        return try await self.perform(
            write,
            failed: { state in
                state.coming -= 1
                if let evicted { state.leaving.remove(evicted) }
            },
            committed: { state in
                state.coming -= 1
                if let evicted {
                    state.leaving.remove(evicted)
                    state.items.removeAll { $0.id == evicted }
                }
                let item = HandoverItem(id: row.id, machine: machine, text: text, by: name, at: time)
                state.items.append(item)
                return item
            }
        )
    }

    /// Ticks an item off, or opens it again. Of an item that is done already, who was first stays. Returns after the
    /// commit, with the item as it is then.
    package func set(_ done: HandoverItem.Done?, of id: Int64) async throws(HandoverError) -> HandoverItem {
        let item = try self.item(id)
        if (item.done == nil) == (done == nil) { return item }
        return try await self.perform(JournalWrite { try HandoverTable.set(done, of: id, $0) }) { state in
            guard let index = state.items.firstIndex(where: { $0.id == id }) else { return nil }
            state.items[index].done = done
            return state.items[index]
        } ?? item
    }

    /// Takes an item off the list, done or not. Returns after the commit.
    package func remove(_ id: Int64) async throws(HandoverError) {
        _ = try self.item(id)
        try await self.perform(JournalWrite { try HandoverTable.delete(id, $0) }) { state in
            state.items.removeAll { $0.id == id }
        }
    }

    private func item(_ id: Int64) throws(HandoverError) -> HandoverItem {
        guard let item = self.items.first(where: { $0.id == id }) else { throw .unknown(id) }
        return item
    }

    /// Room for one more; the done item that has to go for it.
    private func claimRoom() throws(HandoverError) -> Int64? {
        try self.state.withLock { state throws(HandoverError) in
            var evicted: Int64?
            if state.items.count + state.coming - state.leaving.count >= self.itemsMax {
                let done = state.items.filter { $0.done != nil && !state.leaving.contains($0.id) }
                guard let oldest = done.min(by: { ($0.done?.at ?? $0.at) < ($1.done?.at ?? $1.at) }) else {
                    throw .full
                }
                evicted = oldest.id
                state.leaving.insert(oldest.id)
            }
            state.coming += 1
            return evicted
        }
    }

    /// Writes, then changes the list on the writer thread, then tells of it.
    private func perform<Value: Sendable>(
        _ write: JournalWrite,
        failed: @escaping @Sendable (inout State) -> Void = { _ in },
        committed: @escaping @Sendable (inout State) -> Value
    ) async throws(HandoverError) -> Value {
        let result = await withCheckedContinuation { continuation in
            self.journal.submit(write) { result in
                let (outcome, listeners) = self.state.withLock { state in
                    if case .failure = result { failed(&state) }
                    return (result.map { committed(&state) }, state.listeners)
                }
                if case .success = result { for listener in listeners { listener() } }
                continuation.resume(returning: outcome)
            }
        }
        do {
            return try result.get()
        } catch {
            throw .journal(error)
        }
    }
}
