import Testing

@testable import TelemetryCore

@Suite struct MachineDirectoryTests {
    let directory: MachineDirectory

    init() {
        var generator = SeededRandom(seed: 4)
        self.directory = MachineDirectory(epoch: .random(using: &generator), capacity: 10)
    }

    private func insert(_ name: String, isRetained: Bool = false) throws {
        let feed = MachineFeed(
            machine: try machine(name),
            epoch: self.directory.epoch,
            capacity: self.directory.capacity,
            knownSince: sampleTime
        )
        let first = StoredReading(sequence: 1, reading: try reading(name, isRetained: isRetained))
        self.directory.insert(feed, with: [first], counts: BatchCounts(stored: 1))
    }

    @Test func feedsAreSortedByName() throws {
        for name in ["m2", "m10", "A", "m1"] { try self.insert(name) }
        #expect(self.directory.feeds().map(\.machine.name) == ["A", "m1", "m10", "m2"])
        try self.insert("a")
        #expect(self.directory.summaries(now: sampleTime).map(\.machine.name) == ["A", "a", "m1", "m10", "m2"])
        #expect(self.directory.feed(try machine("m10"))?.machine.name == "m10")
        #expect(self.directory.feed(try machine("nobody"))?.machine == nil)
    }

    @Test func onlyChangesOfStateAreReported() throws {
        try self.insert("a")
        try self.insert("b")
        #expect(self.directory.evaluateHealth(now: sampleTime).map(\.state) == [.live, .live])
        #expect(self.directory.evaluateHealth(now: sampleTime).isEmpty)
        self.directory.report(try machine("a"), online: false, reason: "last will", at: sampleTime)
        let changed = self.directory.evaluateHealth(now: sampleTime)
        #expect(
            changed == [
                MachineStatus(machine: try machine("a"), state: .offline, since: sampleTime, reason: "last will")
            ])
        #expect(self.directory.evaluateHealth(now: sampleTime.adding(milliseconds: 6_000)).map(\.machine.name) == ["b"])
    }

    @Test func aReportWaitsForTheMachineButMakesNone() throws {
        self.directory.report(try machine("a"), online: false, reason: "last will", at: sampleTime)
        self.directory.report(try machine("b"), online: false, reason: "last will", at: sampleTime)
        #expect(self.directory.feeds().isEmpty)
        // A retained value does not say that the machine is there; a fresh one does.
        try self.insert("a", isRetained: true)
        try self.insert("b")
        #expect(self.directory.evaluateHealth(now: sampleTime).map(\.state) == [.offline, .live])
    }
}
