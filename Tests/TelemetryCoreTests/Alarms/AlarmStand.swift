import GRDB
import Synchronization

@testable import TelemetryCore

/// A running store whose clock stands until a test moves it, and what its alarms said.
final class AlarmStand: Sendable {
    private let time: SharedBox<Timestamp>
    private let told = SharedBox<[String]>([])
    /// Of the writer.
    private let database: DatabaseQueue
    let writer: ReadingWriter
    let directory: MachineDirectory
    let alarms: AlarmDesk

    /// - Parameter sinks: told of readings after the alarms.
    init(
        at path: String,
        keeping capacity: Int = 2_000,
        time: Timestamp = sampleTime,
        sinks: [any ReadingSink] = [],
        configured: [AlarmRule] = []
    ) throws {
        let box = SharedBox(time)
        self.time = box
        let clock = WallClock { box.value }
        let opened = try StoreOpening(path: path, capacity: capacity, clock: clock, logger: silentLogger).open()
        self.database = opened.store.queue
        self.directory = opened.directory
        let core = WriterCore(opened, logger: silentLogger)
        self.writer = ReadingWriter(core: core)
        self.alarms = AlarmDesk(
            opened.alarms,
            directory: opened.directory,
            journal: self.writer.journal,
            clock: clock,
            logger: silentLogger
        )
        self.writer.addSink(self.alarms)
        for sink in sinks { self.writer.addSink(sink) }
        self.alarms.setConfigured(configured)
        let told = self.told
        self.alarms.addListener { alarm, event in told.change { $0.append("\(alarm.id) \(event)") } }
        self.alarms.start()
        self.writer.start()
    }

    func stop() async {
        self.writer.requestStop()
        await self.writer.ended()
    }

    /// From now on the database refuses what alarms write, or takes it again.
    func refuseWrites(_ refused: Bool) async throws {
        try await self.database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA query_only = \(refused ? "ON" : "OFF")")
        }
    }

    var now: Timestamp { self.time.value }
    /// "rule:machine event", in the order in which the desk told them.
    var heard: [String] { self.told.value }

    /// What was said so far is in the database.
    func settle() async throws {
        // Writes are done in their order, and one may bring about the next.
        for _ in 0..<4 { try await self.writer.journal.write(JournalWrite { _ in }) }
    }

    /// The clock goes on, and the desk looks at it.
    func pass(milliseconds: Int64) async throws {
        self.time.change { $0 = $0.adding(milliseconds: milliseconds) }
        self.alarms.tick(now: self.now)
        try await self.settle()
    }

    /// Only the clock.
    func move(milliseconds: Int64) {
        self.time.change { $0 = $0.adding(milliseconds: milliseconds) }
    }

    /// A live reading now, judged and told when this returns.
    func send(_ name: String = "a", rpm: Double? = nil, extra: (String, Double)? = nil) async throws {
        var metrics = Metrics(rpm: rpm, torque: rpm == nil && extra == nil ? 1 : nil)
        if let extra { metrics.set(try metric(extra.0), extra.1) }
        try await self.send(
            Reading(machine: try machine(name), timestamp: self.now, received: self.now, metrics: metrics))
    }

    func send(_ reading: Reading) async throws {
        _ = try await self.writer.submit([reading])
        try await self.settle()
    }

    func put(_ name: String, change: (inout AlarmDraft) -> Void = { _ in }) async throws {
        try await self.alarms.put(try rule(name, change: change))
        try await self.settle()
    }

    func state(_ id: String) throws -> Alarm.State? {
        try self.alarm(id)?.state
    }

    func alarm(_ id: String) throws -> Alarm? {
        guard let id = Alarm.ID(id) else { throw AlarmError.invalid("id") }
        return self.alarms.alarm(id)
    }

    /// "event" in order, oldest first.
    func history(_ name: String? = nil) async throws -> [String] {
        let machine = try name.map { try TelemetryCoreTests.machine($0) }
        let events = try await self.alarms.history(machine: machine, before: nil, limit: 1_000)
        return events.reversed().map { "\($0.alarm) \($0.kind)" }
    }
}

/// A high limit of 100 rpm on machine `a`, latched, no delays.
func rule(
    _ name: String,
    source: AlarmRule.Source = .page,
    change: (inout AlarmDraft) -> Void = { _ in }
) throws -> AlarmRule {
    var draft = AlarmDraft(rule: name, kind: "high")
    draft.machine = "a"
    draft.metric = "rpm"
    draft.limit = 100
    change(&draft)
    return try draft.rule(source: source)
}

/// A value that several threads look at.
final class SharedBox<Value: Sendable>: Sendable {
    private let box: Mutex<Value>

    init(_ value: Value) {
        self.box = Mutex(value)
    }

    var value: Value { self.box.withLock { $0 } }

    func change(_ body: @Sendable (inout Value) -> Void) {
        self.box.withLock { body(&$0) }
    }
}

/// Runs the body with a store that is stopped whatever it does.
func withAlarms(
    at path: String,
    keeping capacity: Int = 2_000,
    time: Timestamp = sampleTime,
    sinks: [any ReadingSink] = [],
    configured: [AlarmRule] = [],
    _ body: (AlarmStand) async throws -> Void
) async throws {
    let stand = try AlarmStand(at: path, keeping: capacity, time: time, sinks: sinks, configured: configured)
    do {
        try await body(stand)
        await stand.stop()
    } catch {
        await stand.stop()
        throw error
    }
}
