import GRDB
import Testing

@testable import TelemetryCore

@Suite struct MessageBoardTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func draft(_ text: String, _ name: String = "a", at offset: Int64? = nil) throws -> MessageDraft {
        MessageDraft(
            machine: try machine(name),
            kind: offset == nil ? .message : .note,
            sender: "Kim",
            text: text,
            timestamp: sampleTime,
            at: offset.map { sampleTime.adding(milliseconds: $0) }
        )
    }

    private func post(_ board: MessageBoard, _ draft: MessageDraft) async throws -> RoomMessage {
        try await withCheckedContinuation { continuation in
            board.post(draft) { continuation.resume(returning: $0) }
        }.get()
    }

    /// Rows of the table, through a connection of its own.
    private func rows() async throws -> [String] {
        let queue = try DatabaseQueue(path: self.folder.database)
        return try await queue.read { db in try String.fetchAll(db, sql: "SELECT text FROM message ORDER BY id") }
    }

    @Test func whatWasSaidOutlivesTheStore() async throws {
        let before = try await withStore(at: self.folder.database) { store in
            let one = try await self.post(store.messages, try self.draft("one"))
            let note = try await self.post(store.messages, try self.draft("here", at: -5_000))
            _ = try await self.post(store.messages, try self.draft("elsewhere", "b"))
            let name = try machine("a")
            let notice = store.messages.notice("Kim left", sender: "Server", machine: name, at: sampleTime)
            #expect(store.messages.recent(name) == [one, note, notice])
            #expect([one.id, note.id, notice.id] == [1, 2, nil])
            #expect(note.at == sampleTime.adding(milliseconds: -5_000))
            return [one, note]
        }
        try await withStore(at: self.folder.database) { store in
            let (one, other, nobody) = (try machine("a"), try machine("b"), try machine("nobody"))
            #expect(store.messages.recent(one) == before)
            #expect(store.messages.recent(other).map(\.text) == ["elsewhere"])
            #expect(store.messages.recent(nobody) == [])
            #expect(store.messages.keptCount == 3)
            // Numbers go on.
            #expect(try await self.post(store.messages, try self.draft("more")).id == 4)
        }
    }

    @Test func theLastOfEachMachineAreKept() async throws {
        try await withStore(at: self.folder.database) { store in
            _ = try await self.post(store.messages, try self.draft("other", "b"))
            for number in 0..<Limits.messagesKeptMax + 3 {
                store.messages.post(try self.draft("\(number)")) { _ in }
            }
            _ = try await self.post(store.messages, try self.draft("last"))
            let kept = store.messages.recent(try machine("a")).map(\.text)
            #expect(kept.count == Limits.messagesKeptMax)
            #expect([kept.first, kept.last] == ["4", "last"])
            #expect(try store.messages.recent(machine("b")).count == 1)
        }
        #expect(try await self.rows().count == Limits.messagesKeptMax + 1)
        try await withStore(at: self.folder.database) { store in
            let name = try machine("a")
            #expect(store.messages.recent(name).first?.text == "4")
        }
    }

    /// Somebody whose connection comes and goes does not push out what was said.
    @Test func noticesHaveABoundOfTheirOwn() async throws {
        try await withStore(at: self.folder.database) { store in
            let name = try machine("a")
            let said = try await self.post(store.messages, try self.draft("said"))
            for number in 0..<500 {
                _ = store.messages.notice("\(number)", sender: "Server", machine: name, at: sampleTime)
            }
            let recent = store.messages.recent(name)
            #expect(recent.first == said)
            #expect(recent.count == 1 + Limits.noticesKeptMax)
            #expect(recent.last?.text == "499")
        }
    }

    @Test func theOldestOfAllGoWhenTheyAreTooMany() async throws {
        let store = try openStore(at: self.folder.database)
        let board = MessageBoard(journal: store.journal, kept: [], keptInAllMax: 5)
        store.start()
        for (number, name) in ["a", "b", "c", "b", "b", "a", "c"].enumerated() {
            _ = try await self.post(board, try self.draft("\(number)", name))
        }
        #expect(board.keptCount == 5)
        #expect(try board.recent(machine("a")).map(\.text) == ["5"])
        #expect(try board.recent(machine("b")).map(\.text) == ["3", "4"])
        #expect(try board.recent(machine("c")).map(\.text) == ["2", "6"])
        await store.stop()
        #expect(try await self.rows() == ["2", "3", "4", "5", "6"])
    }

    @Test func whatTheDatabaseRefusesIsNotShown() async throws {
        let store = try openStore(at: self.folder.database)
        store.start()
        await store.stop()
        await #expect(throws: JournalError.stopped) { try await self.post(store.messages, try self.draft("late")) }
        #expect(try store.messages.recent(machine("a")) == [])
    }
}
