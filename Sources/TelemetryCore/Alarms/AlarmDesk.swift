import Synchronization

/// All alarms: judges the stream after the commit, keeps rules, states and history in the database, and tells those who
/// listen. Any thread.
package final class AlarmDesk: ReadingSink {
    private struct State {
        var rules: [AlarmRule.ID: AlarmRule] = [:]
        var configured: [AlarmRule.ID: AlarmRule] = [:]
        var listeners: [@Sendable (Alarm, AlarmEvent.Kind) -> Void] = []
    }

    private let state = Mutex(State())

    init() {}

    /// Those that are not normal, or shelved: the most important first, then the newest.
    package func current(machine: MachineID?) -> [Alarm] { [] }

    /// One alarm in whatever state; `nil`: no such rule, or it has not met the machine.
    package func alarm(_ id: Alarm.ID) -> Alarm? { nil }

    /// By name; of a machine: also those for all machines. What the configuration sets hides what the page set.
    package func rules(machine: MachineID?) -> [AlarmRule] {
        self.state.withLock { state in
            state.rules.merging(state.configured) { $1 }.values
                .filter { machine == nil || $0.machine == nil || $0.machine == machine }
                .sorted { $0.id < $1.id }
        }
    }

    /// Sets or replaces a rule of the page. Returns after the commit.
    package func put(_ rule: AlarmRule) async throws(AlarmError) {
        self.state.withLock { $0.rules[rule.id] = rule }
    }

    /// Removes a rule of the page; its alarms go. Returns after the commit.
    package func remove(rule: AlarmRule.ID) async throws(AlarmError) {
        guard self.state.withLock({ $0.rules.removeValue(forKey: rule) }) != nil else {
            throw .notFound("no rule \(rule)")
        }
    }

    /// All rules of the configuration, in place of those it had. Before `start`, and again when the file is read again.
    package func setConfigured(_ rules: [AlarmRule]) {
        self.state.withLock { state in
            state.configured = Dictionary(rules.map { ($0.id, $0) }) { $1 }
        }
    }

    /// Returns after the commit, with the alarm as it is then.
    package func acknowledge(_ id: Alarm.ID, by: String, comment: String) async throws(AlarmError) -> Alarm {
        throw .notFound("no alarm \(id)")
    }

    /// Hides it for a while, at most 24 h. Returns after the commit.
    package func shelve(
        _ id: Alarm.ID,
        for duration: Duration,
        by: String,
        comment: String
    ) async throws(AlarmError) -> Alarm {
        throw .notFound("no alarm \(id)")
    }

    /// Returns after the commit.
    package func unshelve(_ id: Alarm.ID, by: String, comment: String) async throws(AlarmError) -> Alarm {
        throw .notFound("no alarm \(id)")
    }

    /// Newest first, at most `limit` (and at most `Limits.alarmEventsPageMax`).
    package func history(
        machine: MachineID?,
        before: AlarmHistoryEnd?,
        limit: Int
    ) async throws -> [AlarmEvent] { [] }

    /// `nil`: unknown, or its events are no longer kept.
    package func episode(_ number: Int64) async throws -> AlarmEpisode? { nil }

    /// The readings around its raise; `nil`: unknown, or no longer kept.
    package func pinned(episode: Int64) async throws -> PinnedWindow? { nil }

    /// From now on each transition is told to `body`, after it is in the database (or, while the disk refuses, once it
    /// was refused: an alarm is shown in any case). It must not block. There is no way to take it back.
    package func addListener(_ body: @escaping @Sendable (Alarm, AlarmEvent.Kind) -> Void) {
        self.state.withLock { $0.listeners.append(body) }
    }

    /// Called once a second: delays, shelves, silent machines.
    package func tick(now: Timestamp) {}

    package func committed(_ readings: [StoredReading]) {}
}
