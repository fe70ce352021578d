import Foundation
import Synchronization
import Testing

@testable import TelemetryCore

/// Numbers in the order in which they came, from any thread.
private final class Order: Sendable {
    private let numbers = Mutex<[Int]>([])

    func append(_ number: Int) { self.numbers.withLock { $0.append(number) } }
    var all: [Int] { self.numbers.withLock { $0 } }
}

@Suite struct ReadingWriterTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test func aRetainedReadingFillsAnEmptyRingOnly() async throws {
        try await withStore(at: self.folder.database) { store in
            let retained = try reading("a", isRetained: true)
            let fresh = try reading("a")
            #expect(try await store.writer.submit([retained, retained]).stored == [1, nil])
            #expect(try await store.writer.submit([retained]).stored == [nil])
            let feed = try #require(store.directory.feed(try machine("a")))
            #expect(feed.summary(now: sampleTime).status.state == .stale)
            #expect(feed.summary(now: sampleTime).status.reason == "only a retained value so far")
            #expect(try await store.writer.submit([retained, fresh, retained]).stored == [nil, 2, nil])
            #expect(feed.summary(now: sampleTime).status.state == .live)
            #expect(store.writer.counters.skippedRetained == 4)
            #expect(store.writer.counters.committedReadings == 2)
        }
    }

    /// What waited before the start becomes one commit, in the order of the calls.
    @Test func allThatWaitsIsOneCommit() async throws {
        let store = try openStore(at: self.folder.database)
        let sink = RecordingSink()
        store.addSink(sink)
        let order = Order()
        for number in 0..<20 {
            let name = number.isMultiple(of: 2) ? "even" : "odd"
            store.writer.submit([try reading(name, rpm: Double(number))]) { _ in order.append(number) }
        }
        #expect(store.directory.feeds().isEmpty)
        #expect(order.all.isEmpty)
        store.start()
        await store.stop()
        #expect(order.all == Array(0..<20))
        #expect(sink.received.count == 1)
        #expect(sink.received.first?.map(\.reading.metrics.rpm) == (0..<20).map { Double($0) })
        #expect(sink.received.first?.map(\.sequence) == (0..<20).map { Int64($0 / 2 + 1) })
        #expect(store.writer.counters.commits == 1)
    }

    /// When a sink hears of a reading, another connection and the ring have it already, its completion has not run.
    @Test func sinksSeeOnlyWhatIsCommitted() async throws {
        let store = try openStore(at: self.folder.database)
        let views = try PublicViews(path: self.folder.database)
        let (directory, completed, seen) = (store.directory, Order(), Order())
        store.addSink(
            RecordingSink { readings in
                guard let last = readings.last else { return }
                let inFile = (try? views.lastSequence(of: last.reading.machine.name)) ?? 0
                let inRing = directory.feed(last.reading.machine)?.lastSequence ?? 0
                #expect(inFile == last.sequence)
                #expect(inRing == last.sequence)
                #expect(completed.all.count < Int(last.sequence))
                seen.append(Int(last.sequence))
            })
        store.start()
        for number in 1...10 {
            _ = try await store.writer.submit([try reading("a")])
            completed.append(number)
        }
        await store.stop()
        #expect(seen.all == Array(1...10))
    }

    @Test func aFullQueueRefusesAndCounts() async throws {
        let opened = try self.open()
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger), queuedReadingsMax: 10)
        let outcomes = Order()
        // Larger than the whole queue: let in, because it is empty.
        writer.submit(try (0..<15).map { _ in try reading("a") }) { _ in outcomes.append(1) }
        writer.submit([try reading("a")]) { result in
            #expect(result == .failure(.queueFull))
            outcomes.append(2)
        }
        #expect(outcomes.all == [2])
        #expect(writer.counters.refusedSubmissions == 1)
        #expect(writer.counters.queuedReadings == 15)
        writer.start()
        // Room comes with the first commit, however long that takes.
        let one = try reading("a")
        let receipt = try await onAThread { try writer.submitAndWait([one]) }
        #expect(receipt.stored == [16])
        writer.requestStop()
        await writer.ended()
        #expect(outcomes.all == [2, 1])
        #expect(writer.counters.queuedReadings == 0)
    }

    @Test func afterStopEverythingIsRefused() async throws {
        let store = try openStore(at: self.folder.database)
        store.start()
        _ = try await store.writer.submit([try reading("a")])
        await store.stop()
        await store.stop()
        let one = try reading("a")
        await #expect(throws: ReadingWriter.SubmitError.stopped) { try await store.writer.submit([one]) }
        await #expect(throws: ReadingWriter.SubmitError.stopped) {
            try await onAThread { try store.writer.submitAndWait([one]) }
        }
        #expect(try await PublicViews(path: self.folder.database).machines().map(\.lastSequence) == [1])
    }

    @Test func whoWaitsForRoomAtTheStopIsRefused() async throws {
        let opened = try self.open()
        let writer = ReadingWriter(core: WriterCore(opened, logger: silentLogger), queuedReadingsMax: 1)
        let one = try reading("a")
        writer.submit([one]) { _ in }
        // Whether it waits already or comes later, the answer is the same.
        let waiting = Task { try await onAThread { try writer.submitAndWait([one]) } }
        writer.requestStop()
        await #expect(throws: ReadingWriter.SubmitError.stopped) { try await waiting.value }
        writer.start()
        await writer.ended()
        #expect(writer.counters.committedReadings == 1)
    }

    @Test func runStopsWhenItsTaskIsCancelled() async throws {
        let store = try openStore(at: self.folder.database)
        let one = try reading("a")
        let task = Task { try await store.run() }
        #expect(try await store.writer.submit([one]).stored == [1])
        task.cancel()
        try await task.value
        await #expect(throws: ReadingWriter.SubmitError.stopped) { try await store.writer.submit([one]) }
    }

    /// Four threads at once: every sequence once, none left out, each thread's own in rising order.
    @Test func manyThreadsShareOneSequence() async throws {
        try await withStore(at: self.folder.database, keeping: 2_000) { store in
            let writer = store.writer
            let one = try reading("a")
            let all = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await onAThread {
                            try (0..<100).flatMap { _ in
                                try writer.submitAndWait([one, one]).stored.compactMap { $0 }
                            }
                        }
                    }
                }
                var all: [Int64] = []
                for try await own in group {
                    #expect(own == own.sorted())
                    all += own
                }
                return all
            }
            #expect(all.sorted() == Array(1...800))
            #expect(try await PublicViews(path: self.folder.database).history(of: "a").count == 800)
            #expect(writer.counters.commits <= 400)
        }
    }

    private func open() throws -> OpenedStore {
        try StoreOpening(
            path: self.folder.database,
            capacity: 100,
            clock: WallClock { sampleTime },
            logger: silentLogger
        ).open()
    }
}

/// Runs what blocks on a thread of its own, where it holds up nobody.
private func onAThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
