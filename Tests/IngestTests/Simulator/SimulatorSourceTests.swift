import Logging
import Synchronization
import Testing

@testable import Ingest
@testable import TelemetryCore

@Suite(.timeLimit(.minutes(1))) struct SimulatorSourceTests {
    typealias Completion = @Sendable (Result<ReadingWriter.Receipt, ReadingWriter.SubmitError>) -> Void

    /// Stands in for the writer: takes every batch, and answers when the test says so.
    final class Inlet: Sendable {
        let batches = Recorder<[Reading]>()
        let completions = Mutex<[Completion]>([])

        func submit(_ readings: [Reading], _ completion: @escaping Completion) {
            self.completions.withLock { $0.append(completion) }
            self.batches.append(readings)
        }

        func answer(_ result: Result<ReadingWriter.Receipt, ReadingWriter.SubmitError>) {
            let completions = self.completions.withLock { completions in
                defer { completions = [] }
                return completions
            }
            for completion in completions { completion(result) }
        }
    }

    static let time = Timestamp(milliseconds: 1_763_717_286_000)
    let inlet = Inlet()
    let timer = ManualClock()

    func source(
        _ names: [String], interval: Duration = .seconds(1), seed: UInt64 = 1, faults: [String] = []
    ) throws -> SimulatorSource {
        let inlet = self.inlet
        return SimulatorSource(
            machines: try names.map { try #require(MachineID($0)) },
            interval: interval,
            seed: seed,
            faults: try faults.map { try ScheduledFault(parsing: $0) },
            submit: { inlet.submit($0, $1) },
            clock: WallClock { Self.time },
            logger: Logger(label: "test"),
            timer: self.timer
        )
    }

    func whileRunning(_ source: SimulatorSource, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run() }
            defer { source.shutdown() }
            try await body()
            source.shutdown()
            try await group.waitForAll()
        }
    }

    @Test func readsAtOnceAndThenEveryInterval() async throws {
        let source = try self.source(["a", "b"])
        try await self.whileRunning(source) {
            // The clock stands still: this is the first reading, without any interval before it.
            try await self.inlet.batches.first { _ in true }
            for step in 1...3 {
                try await self.timer.sleeps.first { $0 == .seconds(step) }
                #expect(self.inlet.batches.count == step)
                self.timer.advance(by: .seconds(1))
            }
            try await self.timer.sleeps.first { $0 == .seconds(4) }
        }
        let batches = self.inlet.batches.all
        #expect(batches.map { $0.map(\.machine.name) } == Array(repeating: ["a", "b"], count: 4))
        #expect(batches.allSatisfy { $0.allSatisfy { $0.timestamp == Self.time && $0.received == Self.time } })
        // The values are the model's: seed, name and number of steps decide.
        var model = MachineModel(name: "b", seed: 1)
        let expected = (0..<4).map { _ in model.step(seconds: 1) }
        #expect(batches.compactMap { $0.last?.metrics } == expected)
    }

    @Test func leavesOutWhatItSleptThrough() async throws {
        let source = try self.source(["a"])
        try await self.whileRunning(source) {
            try await self.timer.sleeps.first { $0 == .seconds(1) }
            self.timer.advance(by: .seconds(60))
            // One reading now, the next an interval later; not sixty in a burst.
            try await self.timer.sleeps.first(from: 1) { $0 >= .seconds(60) }
            self.timer.advance(by: .seconds(1))
            try await self.timer.sleeps.first(from: 1) { $0 > .seconds(61) }
        }
        #expect(self.inlet.batches.count <= 4)
    }

    @Test func skipsAndCountsWhenTheWriterIsFull() async throws {
        let source = try self.source(["a", "b"])
        try await self.whileRunning(source) {
            try await self.timer.sleeps.first { $0 == .seconds(1) }
            #expect(source.counters == .init(committed: 0, skipped: 0, inFlight: 2))
            self.inlet.answer(.failure(.queueFull))
            #expect(source.counters == .init(committed: 0, skipped: 2, inFlight: 0))
            self.timer.advance(by: .seconds(1))
            try await self.timer.sleeps.first { $0 == .seconds(2) }
            self.inlet.answer(.success(.init(stored: [1, 1])))
            #expect(source.counters == .init(committed: 2, skipped: 2, inFlight: 0))
            self.timer.advance(by: .seconds(1))
            try await self.timer.sleeps.first { $0 == .seconds(3) }
            let refusal = ReadingWriter.Receipt.Refusal(index: 1, reason: .tooManyMachines, remedy: "")
            self.inlet.answer(.success(.init(stored: [2, nil], refused: [refusal])))
            #expect(source.counters == .init(committed: 3, skipped: 3, inFlight: 0))
        }
    }

    @Test func boundsWhatIsUnderWay() async throws {
        let source = try self.source((0..<600).map { "m\($0)" })
        try await self.whileRunning(source) {
            for step in 1...4 {
                try await self.timer.sleeps.first { $0 == .seconds(step) }
                self.timer.advance(by: .seconds(1))
            }
            try await self.timer.sleeps.first { $0 == .seconds(5) }
        }
        // 600, then 1,200 which is over the limit of 1,024; from then on nothing until the writer answers.
        #expect(self.inlet.batches.count == 2)
        #expect(source.counters == .init(committed: 0, skipped: 1800, inFlight: 1200))
    }

    /// Machines that had a reading, second by second.
    private func heard(
        _ source: SimulatorSource, seconds: Int, at: [Int: () throws -> Void] = [:]
    ) async throws -> [String] {
        var heard: [String] = []
        var taken = 0
        try await self.whileRunning(source) {
            for second in 0..<seconds {
                try await self.timer.sleeps.first { $0 == .seconds(second + 1) }
                let batches = self.inlet.batches.all
                heard.append(batches[taken...].joined().map(\.machine.name).joined())
                taken = batches.count
                try at[second]?()
                self.timer.advance(by: .seconds(1))
            }
        }
        return heard
    }

    @Test func hasItsFaultsByTheClock() async throws {
        let source = try self.source(["a", "b"], faults: ["b:dropout@2s+2s", "a:dropout@5s+1s", "b:burst@5s+1s"])
        let heard = try await self.heard(source, seconds: 8)
        #expect(heard == ["ab", "ab", "a", "a", "ab", "bbbbbbbbbb", "ab", "ab"])
    }

    @Test func hasItsFaultsOnDemand() async throws {
        let source = try self.source(["a", "b"])
        let b = try #require(MachineID("b"))
        let heard = try await self.heard(
            source, seconds: 6,
            at: [
                1: { try source.inject(.dropout, machine: b, duration: .seconds(2)) },
                3: { try source.inject(.dropout, machine: b, duration: .milliseconds(1)) },
            ])
        #expect(heard == ["ab", "ab", "a", "a", "a", "ab"])
    }

    @Test func refusesFaultsItCannotHave() throws {
        let source = try self.source(["a"])
        let (a, b) = (try #require(MachineID("a")), try #require(MachineID("b")))
        func kind(_ machine: MachineID, _ duration: Duration) -> SimulatorFaultError.Kind? {
            do throws(SimulatorFaultError) {
                try source.inject(.leak, machine: machine, duration: duration)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind(b, .seconds(1)) == .unknownMachine)
        #expect(kind(a, .zero) == .badDuration)
        #expect(kind(a, .seconds(90_000)) == .badDuration)
        for _ in 0..<Limits.simulatorInjectionsMax { #expect(kind(a, .seconds(1)) == nil) }
        #expect(kind(a, .seconds(1)) == .busy)
    }

    @Test func cancellationIsAnOrdinaryEnd() async throws {
        let source = try self.source(["a"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await source.run() }
            try await self.inlet.batches.first { _ in true }
            group.cancelAll()
            try await group.waitForAll()
        }
    }
}
