import GRDB

@testable import TelemetryCore

/// An open store and its writer, to be opened with any plan: with the smallest one, large stores are small.
struct LazyStore {
    static let lazily = StartPlan(readAtOnceMax: 0, newest: 3)

    let opened: OpenedStore
    let writer: ReadingWriter

    /// Not started: the rings that are not read stay so until somebody asks, or `backfill` is run.
    init(at path: String, keeping capacity: Int, plan: StartPlan = Self.lazily) throws {
        self.opened = try StoreOpening(
            path: path,
            capacity: capacity,
            clock: WallClock { sampleTime },
            logger: silentLogger,
            plan: plan
        ).open()
        self.writer = ReadingWriter(core: WriterCore(self.opened, logger: silentLogger))
    }

    /// Without it all was checked and read.
    var backfill: RingBackfill? { self.opened.backfill }
    var directory: MachineDirectory { self.opened.directory }

    func feed(_ name: String) throws -> MachineFeed {
        guard let feed = self.directory.feed(try machine(name)) else { throw Missing("a machine \(name)") }
        return feed
    }

    func stop() async {
        self.writer.requestStop()
        self.writer.start()
        await self.writer.ended()
    }
}

/// Opens, starts and stops it, whatever the body does.
func withLazyStore<Value: Sendable>(
    at path: String,
    keeping capacity: Int,
    plan: StartPlan = LazyStore.lazily,
    _ body: (LazyStore) async throws -> Value
) async throws -> Value {
    let store = try LazyStore(at: path, keeping: capacity, plan: plan)
    store.writer.start()
    do {
        let value = try await body(store)
        await store.stop()
        return value
    } catch {
        await store.stop()
        throw error
    }
}

/// What is in `meta`, from outside.
func meta(_ key: String, at path: String) throws -> String? {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in
        try String.fetchOne(db, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
    }
}

/// Changes the file as another program would.
func change(_ path: String, _ sql: String) throws {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    try queue.write { db in try db.execute(sql: sql) }
}
