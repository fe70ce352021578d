import Synchronization
import Testing

@testable import TelemetryCore

@Suite struct HandoverDeskTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func add(_ text: String, to desk: HandoverDesk) async throws -> HandoverItem {
        try await desk.add(text, machine: nil, by: "Kim", at: sampleTime)
    }

    private func done(_ offset: Int64) -> HandoverItem.Done {
        .init(by: "Lou", at: sampleTime.adding(milliseconds: offset))
    }

    @Test func theListOutlivesTheStore() async throws {
        let before = try await withStore(at: self.folder.database) { store in
            let desk = store.handover
            let told = Atomic(0)
            desk.addListener { told.add(1, ordering: .relaxed) }
            let seal = try await desk.add("check the seal", machine: try machine("a"), by: "Kim", at: sampleTime)
            let gone = try await self.add("gone", to: desk)
            let oil = try await self.add("oil", to: desk)
            let ticked = try await desk.set(self.done(1_000), of: oil.id)
            try await desk.remove(gone.id)
            #expect(ticked.done == self.done(1_000))
            #expect(desk.items == [seal, ticked])
            #expect(seal.machine?.name == "a")
            #expect(told.load(ordering: .relaxed) == 5)
            return desk.items
        }
        try await withStore(at: self.folder.database) { store in
            #expect(store.handover.items == before)
            // The number of an item that is gone is not used again.
            let new = try await self.add("new", to: store.handover)
            #expect(new.id == 4)
        }
    }

    @Test func whoTickedItOffFirstStays() async throws {
        try await withStore(at: self.folder.database) { store in
            let item = try await self.add("oil", to: store.handover)
            _ = try await store.handover.set(self.done(1), of: item.id)
            #expect(try await store.handover.set(self.done(2), of: item.id).done == self.done(1))
            #expect(try await store.handover.set(nil, of: item.id).done == nil)
            #expect(try await store.handover.set(self.done(3), of: item.id).done == self.done(3))
            await #expect(throws: HandoverError.unknown(99)) { try await store.handover.set(nil, of: 99) }
            await #expect(throws: HandoverError.unknown(99)) { try await store.handover.remove(99) }
        }
    }

    /// The item that was done longest ago makes room; open ones never do.
    @Test func doneItemsMakeRoom() async throws {
        let store = try openStore(at: self.folder.database)
        let desk = HandoverDesk(journal: store.journal, kept: [], itemsMax: 3)
        store.start()
        for text in ["one", "two", "three"] { _ = try await self.add(text, to: desk) }
        await #expect(throws: HandoverError.full) { try await self.add("four", to: desk) }
        _ = try await desk.set(self.done(2), of: 1)
        _ = try await desk.set(self.done(1), of: 2)
        _ = try await self.add("four", to: desk)
        #expect(desk.items.map(\.text) == ["one", "three", "four"])
        _ = try await self.add("five", to: desk)
        await #expect(throws: HandoverError.full) { try await self.add("six", to: desk) }
        await store.stop()
        try await withStore(at: self.folder.database) { store in
            #expect(store.handover.items.map(\.text) == ["three", "four", "five"])
        }
    }

    /// Many at once: never more than there may be, and what was refused left nothing.
    @Test func manyAtOnceKeepTheBound() async throws {
        let store = try openStore(at: self.folder.database)
        let desk = HandoverDesk(journal: store.journal, kept: [], itemsMax: 10)
        store.start()
        let added = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask { (try? await self.add("\(number)", to: desk)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(added == 10)
        #expect(desk.items.count == 10)
        await store.stop()
        await #expect(throws: HandoverError.journal(.stopped)) { try await desk.remove(desk.items[0].id) }
        try await withStore(at: self.folder.database) { store in #expect(store.handover.items == desk.items) }
    }
}
