import GRDB
import Logging
import Synchronization

/// All alarms: judges the stream after the commit, keeps rules, states and history in the database, and tells those who
/// listen. Any thread.
///
/// Who owns what: `board` and `isWriting` are guarded by `state`; under it nothing is done but looking and copying (no
/// I/O, no call to others). One write is under way at a time, so what is written is in the order in which it happened.
package final class AlarmDesk: ReadingSink {
    private struct State {
        var board: AlarmBoard
        /// A write is on its way to the database, or in it.
        var isWriting = false
        /// What it brings, once the writer thread has asked.
        var writes: AlarmWriteSet?
        /// What is pinned after it.
        var pinned = PinWrites.Totals()
        var hasStarted = false
        /// The configuration has been set, if only to nothing.
        var isConfigured = false
        var hasToldOfLimit = false
        /// The last write failed.
        var isFailing = false
        var listeners: [@Sendable (Alarm, AlarmEvent.Kind) -> Void] = []
    }

    /// Since the start of the process, but for what is there now.
    package struct Counters: Sendable, Equatable {
        package let rules: Int
        /// In whatever state.
        package let alarms: Int
        /// Active, acknowledged or not.
        package let active: Int
        package let unacknowledged: Int
        package let shelved: Int
        /// That the history will not have: too many waited while the database refused.
        package let lostEvents: Int
        package let pinnedReadings: Int
        package let pinnedWindows: Int
    }

    let journal: Journal
    let clock: WallClock
    private let record: AlarmRecord
    private let logger: Logger
    private let state: Mutex<State>

    init(_ record: AlarmRecord, directory: MachineDirectory, journal: Journal, clock: WallClock, logger: Logger) {
        self.journal = journal
        self.clock = clock
        self.record = record
        self.logger = logger
        self.state = Mutex(State(board: AlarmBoard(record, directory: directory)))
    }

    // MARK: What there is

    /// Those that are not normal, or shelved: the most important first, then the newest.
    package func current(machine: MachineID?) -> [Alarm] {
        let now = self.clock.now()
        return self.state.withLock { state in
            state.board.shown.values.filter { machine == nil || $0.machine == machine }.map { shown in
                var alarm = shown
                if let watched = state.board.watched(alarm.id) { alarm.chatter = watched.state.chatter(now: now) }
                return alarm
            }
        }.sorted(by: Alarm.isListedBefore)
    }

    /// One alarm in whatever state; `nil`: no such rule, or no such machine.
    package func alarm(_ id: Alarm.ID) -> Alarm? {
        let now = self.clock.now()
        return self.state.withLock { state in
            state.board.shown[id]
                ?? state.board.place(of: id).map { place, index in
                    state.board.watches.values[place].alarms[index].alarm(now: now)
                }
        }
    }

    /// By name; of a machine: also those for all machines. What the configuration sets hides what the page set.
    package func rules(machine: MachineID?) -> [AlarmRule] {
        self.state.withLock { state in
            state.board.rules.all.map(\.rule)
                .filter { machine == nil || $0.machine == nil || $0.machine == machine }
        }
    }

    package var counters: Counters {
        self.state.withLock { state in
            let shown = state.board.shown.values
            return Counters(
                rules: state.board.rules.all.count,
                alarms: state.board.alarmCount,
                active: shown.count { $0.isActive },
                unacknowledged: shown.count { $0.state == .unacknowledged || $0.state == .returned },
                shelved: shown.count { $0.shelved != nil },
                lostEvents: state.board.outbox.lostEvents,
                pinnedReadings: state.board.pins.readings,
                pinnedWindows: state.board.pins.windows
            )
        }
    }

    /// From now on each transition is told to `body`, after it is in the database (or, while the disk refuses, once it
    /// was refused: an alarm is shown in any case). It must not block. There is no way to take it back.
    package func addListener(_ body: @escaping @Sendable (Alarm, AlarmEvent.Kind) -> Void) {
        self.state.withLock { $0.listeners.append(body) }
    }

    // MARK: The stream

    /// Before the writer starts: alarms as they were, and what was committed but not judged.
    func start() {
        let now = self.clock.now()
        if !self.state.withLock({ $0.isConfigured }) { self.setConfigured([]) }
        self.state.withLock { state in
            state.board.start(self.record, now: now)
            state.hasStarted = true
        }
        self.writeIfNeeded()
    }

    /// Writer thread, after the commit. Without rules it costs nothing, and a machine without rules one look into a
    /// dictionary.
    package func committed(_ readings: [StoredReading]) {
        let now = self.clock.now()
        let needsWrite = self.state.withLock { state -> Bool in
            let isUrgent = state.board.judge(readings, now: now)
            return isUrgent || state.board.outbox.isPressing
        }
        if needsWrite { self.write() }
    }

    /// Called once a second, by the writer's loop: delays, shelves, silent machines.
    package func tick(now: Timestamp) {
        let (needsWrite, hasReachedLimit) = self.state.withLock { state -> (Bool, Bool) in
            guard state.hasStarted else { return (false, false) }
            state.board.tick(now: now)
            let isNew = state.board.refusedAlarms > 0 && !state.hasToldOfLimit
            if isNew { state.hasToldOfLimit = true }
            return (state.board.needsWrite(now: now), isNew)
        }
        if hasReachedLimit {
            self.logger.warning("as many alarms as there may be", metadata: ["limit": "\(Limits.alarmsMax)"])
        }
        if needsWrite { self.write() }
    }

    // MARK: The disk

    /// One write at a time; what comes meanwhile goes with the next.
    private func write() {
        let isFirst = self.state.withLock { state -> Bool in
            defer { state.isWriting = true }
            return !state.isWriting
        }
        guard isFirst else { return }
        self.journal.submit(JournalWrite { db in try self.perform(db) }, completion: { self.finish($0) })
    }

    /// Writer thread, in its transaction; again, if that had to be given up.
    private func perform(_ db: Database) throws {
        let now = self.clock.now()
        let writes = self.state.withLock { state -> AlarmWriteSet in
            let writes = state.board.writes(now: now)
            state.writes = writes
            return writes
        }
        let pinned = try AlarmWriter.write(writes, db)
        self.state.withLock { $0.pinned = pinned }
    }

    private func finish(_ result: Result<Void, JournalError>) {
        if case .failure(let error) = result { self.noteFailure(error) }
        let (told, listeners, hasMore) = self.state.withLock { state in
            state.isWriting = false
            var told = AlarmBoard.Told()
            var hasMore = false
            switch (result, state.writes.take()) {
            case (.success, let writes?):
                told = state.board.written(writes, state.pinned)
                state.isFailing = false
                hasMore = state.board.outbox.isPressing || writes.pins.hasMore
            case (.success, nil):
                break
            case (.failure(let error), _):
                told = state.board.refused(.unavailable("the database takes no writes now: \(error.text)"))
            }
            return (told, state.listeners, hasMore)
        }
        // Outside the lock: a listener may ask the desk.
        for event in told.events {
            for listener in listeners { listener(event.alarm, event.kind) }
        }
        for answer in told.answers { answer.completion(answer.result) }
        if hasMore { self.write() }
    }

    /// Says the begin of an episode.
    private func noteFailure(_ error: JournalError) {
        let isNew = self.state.withLock { state -> Bool in
            defer { state.isFailing = true }
            return !state.isFailing
        }
        guard isNew, error != .stopped else { return }
        self.logger.error(
            "alarms cannot be written: they are shown and written later, acknowledgements are refused",
            metadata: ["error": "\(error.text)"]
        )
    }

    // MARK: For the rest of the desk

    /// Under the lock.
    func withBoard<Value: Sendable>(_ body: @Sendable (inout AlarmBoard) -> Value) -> Value {
        self.state.withLock { body(&$0.board) }
    }

    func noteConfigured() {
        self.state.withLock { $0.isConfigured = true }
    }

    func writeIfNeeded() {
        if self.state.withLock({ $0.hasStarted && $0.board.outbox.isPressing }) { self.write() }
    }
}
