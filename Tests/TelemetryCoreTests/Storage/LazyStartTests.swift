import Foundation
import Synchronization
import Testing

@testable import TelemetryCore

/// A store that is ready before its rings are read against one that has read them all.
@Suite struct LazyStartTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    /// Everything that can be asked, health apart.
    private func expectAlike(_ lazy: MachineFeed, _ whole: MachineFeed, _ random: inout SeededRandom) {
        let (first, last) = (whole.extent.first, whole.lastSequence)
        #expect(lazy.lastSequence == last && lazy.extent.first == first)
        func some() -> Int64? {
            Bool.random(using: &random) ? nil : Int64.random(in: (first - 2)...(last + 2), using: &random)
        }
        let from = sampleTime.adding(milliseconds: .random(in: -100_000...100_000, using: &random))
        let limit = Int.random(in: 0...50, using: &random)
        switch Int.random(in: 0..<8, using: &random) {
        case 0...2:
            let (since, through, limit) = (some(), some(), some().map { Int($0) })
            self.expectAlike(
                lazy.snapshot(since: since, through: through, limit: limit),
                whole.snapshot(since: since, through: through, limit: limit)
            )
        case 3: #expect(lazy.ringExtent == whole.ringExtent)
        case 4:
            let readings = whole.snapshot(since: nil, through: nil, limit: nil).readings
            let times = Set(readings.shuffled(using: &random).prefix(2).map(\.reading.timestamp.milliseconds))
            #expect(lazy.readings(at: times) == whole.readings(at: times))
        case 5:
            let through = some() ?? last
            #expect(lazy.newestSourceTime(through: through) == whole.newestSourceTime(through: through))
            #expect(lazy.newestSourceTime == whole.newestSourceTime)
        case 6:
            #expect(
                lazy.sequence(receivedBefore: from, limit: limit)
                    == whole.sequence(receivedBefore: from, limit: limit))
        default:
            let sequence = some() ?? first
            #expect(lazy.extraBytes(of: sequence) == whole.extraBytes(of: sequence))
        }
        let (ours, theirs) = (lazy.summary(now: sampleTime), whole.summary(now: sampleTime))
        #expect(ours.latest == theirs.latest && ours.units == theirs.units)
        var (ledger, expected) = (ours.ledger, theirs.ledger)
        (ledger.gaps, expected.gaps) = (0, 0)
        #expect(ledger == expected)
    }

    private func expectAlike(_ lazy: RingSnapshot, _ whole: RingSnapshot) {
        #expect(lazy.readings == whole.readings)
        #expect(lazy.firstSequence == whole.firstSequence && lazy.nextSequence == whole.nextSequence)
        #expect(lazy.lost == whole.lost && lazy.extent == whole.extent)
    }

    private func expectSameHealth(_ lazy: MachineFeed, _ whole: MachineFeed) {
        for seconds: Int64 in [-3_000, -60, 0, 1, 5, 60, 600, 4_000] {
            let now = sampleTime.adding(milliseconds: seconds * 1_000)
            let (ours, theirs) = (lazy.summary(now: now), whole.summary(now: now))
            #expect(ours.status == theirs.status)
            #expect(ours.metrics == theirs.metrics)
            #expect(ours.isLate == theirs.isLate)
            #expect(ours.ledger.gaps == theirs.ledger.gaps)
        }
    }

    /// A machine's life: mostly steady, with a metric that comes seldom, bursts, and clocks that go wrong.
    private func life(_ name: String, _ count: Int, from start: Int, _ random: inout SeededRandom) throws -> [Reading] {
        try (start..<(start + count)).map { index in
            var reading = try randomReading(of: try machine(name), using: &random)
            let jitter = Int.random(in: 0..<12, using: &random) == 0 ? Int64.random(in: 0...9_000, using: &random) : 0
            let received = sampleTime.adding(milliseconds: Int64(index - 60) * 1_000 + jitter)
            var metrics = reading.metrics
            if index % 17 == 0 { metrics.set(try metric("seldom"), Double(index)) }
            let back = Int64.random(in: -5_000...5_000, using: &random)
            let isTimed = Bool.random(using: &random)
            reading = Reading(
                machine: reading.machine,
                timestamp: isTimed ? received.adding(milliseconds: back) : nil,
                received: received,
                metrics: metrics,
                isHistorical: Int.random(in: 0..<4, using: &random) == 0
            )
            return reading
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func agreesWithAStoreThatHasReadAll(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let capacity = Int.random(in: 4...60, using: &random)
        let path = self.folder.database
        var counts: [String: Int] = [:]
        for name in ["a", "b", "c"] { counts[name] = Int.random(in: 1...80, using: &random) }
        let whether = counts
        try await withLazyStore(at: path, keeping: capacity) { store in
            for (name, count) in whether {
                var random = SeededRandom(seed: seed)
                _ = try await store.writer.submit(try self.life(name, count, from: 0, &random))
            }
        }
        let copy = try TemporaryFolder()
        try copy.copy(path, as: "telemetry.sqlite")
        let lazy = try LazyStore(at: path, keeping: capacity)
        let whole = try LazyStore(at: copy.database, keeping: capacity, plan: StartPlan())
        #expect(lazy.backfill != nil && whole.backfill == nil)
        lazy.writer.start()
        whole.writer.start()
        var hasOverwritten = false
        for _ in 0..<Int.random(in: 1...25, using: &random) {
            for name in ["a", "b", "c"] where Int.random(in: 0..<3, using: &random) > 0 {
                self.expectAlike(try lazy.feed(name), try whole.feed(name), &random)
            }
            let name = ["a", "b", "c"][Int.random(in: 0..<3, using: &random)]
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let before = counts[name] ?? 0
                let readings = try self.life(name, Int.random(in: 1...6, using: &random), from: before, &random)
                counts[name] = before + readings.count
                hasOverwritten = hasOverwritten || before + readings.count > capacity
                let receipt = try await lazy.writer.submit(readings)
                #expect(try await whole.writer.submit(readings) == receipt)
            case 1:
                // Again what there is, or was.
                var readings = try lazy.feed(name).snapshot(since: nil, through: nil, limit: 4).readings.map(\.reading)
                for index in readings.indices { readings[index].isRedelivered = true }
                let receipt = try await lazy.writer.submit(readings)
                #expect(try await whole.writer.submit(readings) == receipt)
                counts[name, default: 0] += readings.count - receipt.duplicates
                hasOverwritten = hasOverwritten || counts[name] ?? 0 > capacity
            case 2:
                let online = Bool.random(using: &random)
                for store in [lazy, whole] {
                    store.directory.report(try machine(name), online: online, reason: "said so", at: sampleTime)
                }
            default:
                break
            }
        }
        let backfill = try #require(lazy.backfill)
        backfill.run()
        #expect(backfill.damageCount == 0)
        for name in ["a", "b", "c"] {
            let (ours, theirs) = (try lazy.feed(name), try whole.feed(name))
            for _ in 0..<6 { self.expectAlike(ours, theirs, &random) }
            #expect(ours.extraBytes == theirs.extraBytes && ours.isRead)
            // What was overwritten before it was read is learned from no more.
            if !hasOverwritten { self.expectSameHealth(ours, theirs) }
        }
        await lazy.stop()
        await whole.stop()
    }

    /// Every shape of a ring: not full, just full, wrapped, some of the oldest dropped, only the newest left.
    @Test(arguments: [1, 2, 3, 4, 7, 8])
    func everyShapeOfARingIsFound(capacity: Int) async throws {
        var shapes: [(name: String, count: Int, dropped: Int)] = []
        for count in 1...(2 * capacity + 2) {
            for dropped in 0..<min(count, capacity) {
                shapes.append(("m\(count)-\(dropped)", count, dropped))
            }
        }
        let all = shapes
        let path = self.folder.database
        try await withLazyStore(at: path, keeping: capacity) { store in
            for shape in all {
                let readings = try (1...shape.count).map { try reading(shape.name, rpm: Double($0)) }
                _ = try await store.writer.submit(readings)
            }
        }
        // Between two runs, as retention does it; the marks follow.
        let store = try LazyStore(at: path, keeping: capacity)
        #expect(store.backfill != nil)
        var drops: [RingDrop] = []
        for machine in store.opened.machines {
            let shape = try #require(all.first { $0.name == machine.feed.machine.name })
            let first = machine.feed.extent.first
            guard shape.dropped > 0 else { continue }
            drops.append(
                RingDrop(feed: machine.feed, key: machine.key, first: first, last: first + Int64(shape.dropped) - 1))
        }
        try store.opened.store.drop(drops)
        for drop in drops { drop.feed.dropOldest(through: drop.last) }
        await store.stop()
        try await withLazyStore(at: path, keeping: capacity) { store in
            #expect(store.backfill != nil)
            for shape in all {
                let feed = try store.feed(shape.name)
                let first = max(1, shape.count - capacity + 1) + shape.dropped
                #expect(feed.extent.first == Int64(first) && feed.lastSequence == Int64(shape.count))
                #expect(feed.isRead == (shape.count - first < LazyStore.lazily.newest))
                let readings = feed.snapshot(since: nil, through: nil, limit: nil).readings
                #expect(readings.map(\.reading.metrics.rpm) == (first...shape.count).map(Double.init))
            }
        }
    }

    @Test func anotherSizeOfTheRingsReadsAllOnce() async throws {
        let path = self.folder.database
        try await withLazyStore(at: path, keeping: 20) { store in
            #expect(store.backfill == nil)
            _ = try await store.writer.submit(try (1...30).map { try reading("a", rpm: Double($0)) })
        }
        for (capacity, first) in [(12, 19), (25, 19)] {
            try await withLazyStore(at: path, keeping: capacity) { store in
                #expect(store.backfill == nil)
            }
            try await withLazyStore(at: path, keeping: capacity) { store in
                #expect(store.backfill != nil)
                let snapshot = try store.feed("a").snapshot(since: nil, through: nil, limit: nil)
                #expect(snapshot.readings.map(\.sequence) == Array(Int64(first)...30))
            }
        }
    }

    /// What an alarm asks for when it judges again what came last, and what a page asks for when it comes back.
    @Test func whoAsksForAFewReadingsReadsFew() async throws {
        let path = self.folder.database
        try await withLazyStore(at: path, keeping: 500) { store in
            _ = try await store.writer.submit(try (1...500).map { try sourced("a", at: $0 * 10) })
        }
        try await withLazyStore(at: path, keeping: 500) { store in
            let feed = try store.feed("a")
            #expect(feed.newestSourceTime == sampleTime.adding(milliseconds: 5_000).milliseconds)
            #expect(feed.state.withLock { $0.ring.held } == 3)
            #expect(feed.sequence(receivedBefore: sampleTime.adding(milliseconds: 4_905), limit: .max) == 490)
            #expect(feed.newestSourceTime(through: 490) == sampleTime.adding(milliseconds: 4_900).milliseconds)
            #expect(feed.snapshot(since: 490, through: nil, limit: nil).readings.count == 10)
            #expect(
                feed.snapshot(since: nil, through: nil, limit: 5).extent.oldest == sampleTime.adding(milliseconds: 10))
            #expect(feed.state.withLock { $0.ring.held } == 12)
        }
    }

    @Test func aSmallStoreIsCheckedAndReadAsEver() async throws {
        for plan in [StartPlan(), StartPlan(), StartPlan(readAtOnceMax: 10, newest: 3)] {
            try await withLazyStore(at: self.folder.database, keeping: 20, plan: plan) { store in
                #expect(store.backfill == nil)
                if store.directory.feeds().isEmpty {
                    _ = try await store.writer.submit(try (1...10).map { try reading("a", rpm: Double($0)) })
                }
            }
            #expect(try meta(RingMarks.key, at: self.folder.database) == nil)
        }
    }

    /// All of the newest are historical: the latest value is found all the same.
    @Test func theLatestReadingMayBeFarBack() async throws {
        let path = self.folder.database
        try await withLazyStore(at: path, keeping: 50) { store in
            var readings = [try sourced("a", at: 7, rpm: 7)]
            for index in 0..<30 { readings.append(try sourced("a", at: Int64(index) - 100, isHistorical: true)) }
            _ = try await store.writer.submit(readings)
        }
        try await withLazyStore(at: path, keeping: 50) { store in
            #expect(store.backfill != nil)
            let latest = try store.feed("a").summary(now: sampleTime).latest
            #expect(latest?.sequence == 1)
        }
    }

    /// A retained value that made the machine says nothing about it being there, read late as well.
    @Test func theRetainedFirstReadingIsKnownLate() async throws {
        let path = self.folder.database
        try await withLazyStore(at: path, keeping: 50) { store in
            var readings = [try reading("a", isRetained: true)]
            for index in 0..<8 { readings.append(try sourced("a", at: Int64(index), isHistorical: true)) }
            _ = try await store.writer.submit(readings)
        }
        let copy = try TemporaryFolder()
        try copy.copy(path, as: "telemetry.sqlite")
        try await withLazyStore(at: path, keeping: 50) { lazy in
            lazy.backfill?.run()
            try await withLazyStore(at: copy.database, keeping: 50, plan: StartPlan()) { whole in
                self.expectSameHealth(try lazy.feed("a"), try whole.feed("a"))
            }
        }
    }

    /// Age is known of what is in memory: nothing is dropped before, and nothing is forgotten after.
    @Test func retentionByAgeWaitsForTheOldest() async throws {
        let path = self.folder.database
        try await withLazyStore(at: path, keeping: 50) { store in
            _ = try await store.writer.submit(
                try (0..<30).map { try reading("a", received: sampleTime.adding(milliseconds: ($0 - 30) * 1_000)) })
        }
        try await withLazyStore(at: path, keeping: 50) { store in
            let feeds = store.directory.feeds()
            var sweep = RetentionSweep(
                Retention(maxAge: .seconds(10)),
                clock: WallClock { sampleTime },
                interval: .seconds(3_600)
            )
            #expect(sweep.expired(of: feeds) { _ in 1 }.isEmpty)
            store.backfill?.run()
            #expect(sweep.expired(of: feeds) { _ in 1 }.map(\.last) == [20])
            #expect(sweep.expired(of: feeds) { _ in 1 }.isEmpty, "looked at, until the next time")
        }
    }
}
