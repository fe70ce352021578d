import GRDB
import Testing

@testable import TelemetryCore

@Suite struct LedgerTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func rejection(_ name: String?, _ reason: RejectionReason, count: Int = 1) throws -> Rejection {
        Rejection(
            time: sampleTime,
            source: "http",
            payload: [],
            reason: reason,
            remedy: "send another",
            count: count,
            machine: try name.map { try machine($0) }
        )
    }

    /// Something of each kind.
    private func fill(_ store: TelemetryStore) async throws {
        _ = try await store.writer.submit([
            try reading("a", isRetained: true), try sourced("a", at: 1_000), try sourced("a", at: 500),
            try reading("a", isRetained: true), try sourced("a", at: 1_000, isRedelivered: true),
        ])
        store.rejections.record(try self.rejection("a", .notJSON))
        store.rejections.record(try self.rejection("a", .badTimestamp, count: 3))
        store.rejections.record(try self.rejection("a", .unchartedMetric))
        store.rejections.record(try self.rejection(nil, .notJSON))
        store.rejections.record(try self.rejection("nobody", .notJSON))
        // Back after 100 s.
        _ = try await store.writer.submit([try sourced("a", at: 101_000)])
    }

    private func expected() throws -> MachineLedger {
        var ledger = MachineLedger(machine: try machine("a"))
        ledger.stored = 4
        ledger.skipped = 1
        ledger.duplicates = 1
        ledger.late = 1
        ledger.gaps = 1
        ledger.overwritten = 1
        ledger.rejected = [.notJSON: 1, .badTimestamp: 3]
        ledger.received = 10
        return ledger
    }

    @Test func countsEverythingOnce() async throws {
        try await withStore(at: self.folder.database, keeping: 3) { store in
            try await self.fill(store)
            #expect(try store.directory.ledgers() == [self.expected()])
            #expect(try store.directory.ledger(of: machine("nobody")) == nil)
            let summary = try #require(store.directory.feed(try machine("a"))).summary(now: sampleTime)
            #expect(try summary.ledger == self.expected())
        }
    }

    /// Older than the newest one. A clock that jumped ahead for one reading makes nothing after it late, and what is
    /// historical is old on purpose.
    @Test func lateIsBehindTheNewestSourceTime() async throws {
        try await withStore(at: self.folder.database) { store in
            var ahead = try sourced("a", at: 0)
            ahead.timestamp = ahead.received.adding(milliseconds: Limits.clockAheadMillisecondsMax + 1)
            _ = try await store.writer.submit([
                try sourced("a", at: 10), ahead, try sourced("a", at: 10), try sourced("a", at: 11),
                try sourced("a", at: 3, isHistorical: true), try reading("a"),
            ])
            #expect(store.directory.ledgers().map(\.late) == [0])
            _ = try await store.writer.submit([try sourced("a", at: 10), try sourced("a", at: 12)])
            #expect(store.directory.ledgers().map(\.late) == [1])
        }
        try await withStore(at: self.folder.database) { store in
            _ = try await store.writer.submit([try sourced("a", at: 12), try sourced("a", at: 11)])
            #expect(store.directory.ledgers().map(\.late) == [2])
        }
    }

    @Test func survivesARestart() async throws {
        try await withStore(at: self.folder.database, keeping: 3) { try await self.fill($0) }
        try await withStore(at: self.folder.database, keeping: 3) { store in
            #expect(try store.directory.ledgers() == [self.expected()])
            _ = try await store.writer.submit([try sourced("a", at: 102_000), try sourced("a", at: 101_500)])
            let ledger = try #require(store.directory.ledger(of: try machine("a")))
            #expect(ledger.stored == 6 && ledger.late == 2 && ledger.overwritten == 3 && ledger.received == 12)
        }
    }

    /// The files as a `kill -9` leaves them before anything but readings was written.
    @Test func whatFollowsFromTheSequenceNeedsNoRecord() async throws {
        let copy = try TemporaryFolder()
        let (opened, writer) = try self.open(recordInterval: .seconds(3_600))
        writer.start()
        _ = try await writer.submit([
            try sourced("a", at: 1_000), try sourced("a", at: 500), try sourced("a", at: 500, isRedelivered: true),
        ])
        _ = try await writer.submit(try (0..<12).map { try sourced("a", at: 2_000 + $0) })
        opened.directory.count(try self.rejection("a", .notJSON))
        #expect(opened.directory.ledger(of: try machine("a"))?.received == 16)
        for suffix in ["", "-wal"] { try copy.copy(self.folder.database + suffix, as: "telemetry.sqlite" + suffix) }
        writer.requestStop()
        await writer.ended()
        try await withStore(at: copy.database, keeping: 10) { store in
            let ledger = try #require(store.directory.ledger(of: try machine("a")))
            #expect(ledger.stored == 14 && ledger.overwritten == 4 && ledger.received == 14)
            #expect(ledger.duplicates == 0 && ledger.rejected.isEmpty)
        }
    }

    private func open(recordInterval: Duration) throws -> (OpenedStore, ReadingWriter) {
        let opened = try StoreOpening(
            path: self.folder.database,
            capacity: 10,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
        let core = WriterCore(opened, recordInterval: recordInterval, logger: silentLogger)
        return (opened, ReadingWriter(core: core))
    }

    /// `received` and `rejected` of each row.
    private func recorded() async throws -> [String] {
        let queue = try DatabaseQueue(path: self.folder.database)
        return try await queue.read { db in
            try String.fetchAll(db, sql: "SELECT received || coalesce(rejected, '') FROM ledger")
        }
    }

    @Test func isWrittenWithACommitWhenItIsDue() async throws {
        let (opened, writer) = try self.open(recordInterval: .zero)
        writer.start()
        _ = try await writer.submit([try sourced("a", at: 0)])
        // Nothing but what follows from the sequence: no row.
        #expect(try await self.recorded().isEmpty)
        opened.directory.count(try self.rejection("a", .notFinite))
        _ = try await writer.submit([try sourced("a", at: 1)])
        #expect(try await self.recorded() == [#"2{"notFinite":1}"#])
        // It is written: not again before something else changes.
        #expect(opened.directory.feed(try machine("a"))?.ledgerToRecord == nil)
        writer.requestStop()
        await writer.ended()
        #expect(writer.counters.commits == 2)
    }

    @Test func isNotWrittenSoonerThanDue() async throws {
        let (opened, writer) = try self.open(recordInterval: .seconds(3_600))
        writer.start()
        _ = try await writer.submit([try sourced("a", at: 0)])
        opened.directory.count(try self.rejection("a", .notFinite))
        _ = try await writer.submit([try sourced("a", at: 1)])
        #expect(try await self.recorded().isEmpty)
        writer.requestStop()
        await writer.ended()
        #expect(try await self.recorded().count == 1)
    }

    /// Random input of every kind: whatever is submitted is in the ledger, once, before and after a restart.
    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func addsUp(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        var sent: [String: Int] = [:]
        var refused: [String: Int] = [:]
        for _ in 0..<2 {
            try await withStore(at: self.folder.database, keeping: 7) { store in
                for _ in 0..<20 {
                    var batch: [Reading] = []
                    for _ in 0..<Int.random(in: 0...6, using: &random) {
                        batch.append(try self.anything(&random))
                    }
                    let receipt = try await store.writer.submit(batch)
                    for reading in batch { sent[reading.machine.name, default: 0] += 1 }
                    for refusal in receipt.refused {
                        let name = batch[refusal.index].machine.name
                        let known = store.directory.feed(batch[refusal.index].machine) != nil
                        store.rejections.record(try self.rejection(name, refusal.reason))
                        // A machine that does not exist has no ledger to count in.
                        if known { refused[name, default: 0] += 1 } else { sent[name, default: 0] -= 1 }
                    }
                }
            }
            try await withStore(at: self.folder.database, keeping: 7) { store in
                for ledger in store.directory.ledgers() {
                    #expect(ledger.received == sent[ledger.machine.name])
                    #expect(ledger.rejected.values.reduce(0, +) == refused[ledger.machine.name] ?? 0)
                    let rest = ledger.stored + ledger.duplicates + ledger.skipped
                    #expect(ledger.received == rest + ledger.rejected.values.reduce(0, +))
                    #expect(ledger.stored == Int(store.directory.feed(ledger.machine)?.lastSequence ?? 0))
                    #expect(ledger.late <= ledger.stored && ledger.overwritten == max(0, ledger.stored - 7))
                }
            }
        }
    }

    private func anything(_ random: inout SeededRandom) throws -> Reading {
        var reading = try sourced(
            "m\(Int.random(in: 0..<3, using: &random))",
            at: .random(in: 0..<20, using: &random) * 1_000,
            rpm: Double(Int.random(in: 0..<2, using: &random)),
            isRedelivered: .random(using: &random),
            isHistorical: Int.random(in: 0..<5, using: &random) == 0
        )
        reading.isRetained = Int.random(in: 0..<5, using: &random) == 0
        if Int.random(in: 0..<5, using: &random) == 0 {
            let unit = ["rpm", "Hz", "furlong"][Int.random(in: 0..<3, using: &random)]
            reading.units = [MetricUnit(metric: .rpm, symbol: unit)]
        }
        return reading
    }
}
