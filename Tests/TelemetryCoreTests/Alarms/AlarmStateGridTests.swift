import Testing

@testable import TelemetryCore

/// Every state with every event: none traps, and each leads where this table says.
@Suite struct AlarmStateGridTests {
    enum Start: String, CaseIterable {
        case normal, pending, unacknowledged, acknowledged, clearing, clearingAcknowledged, returned, returnedAgain
    }

    enum Event: String, CaseIterable {
        case beyond, between, within, tick, tickDue, clockBack, acknowledge, shelve, unshelve, shelfDue, ruleUnlatched
        case ruleGone
    }

    static let now = Timestamp(milliseconds: 1_000_000)
    static let timing = AlarmState.Timing(onDelay: 2_000, offDelay: 3_000, latch: true)
    static let acknowledgement = Alarm.Acknowledgement(by: "Kim", at: Self.now, comment: "seen")
    static let shelf = Alarm.Shelf(until: Self.now, by: "Kim", comment: "")
    static let seen = AlarmState.Evidence(value: 9, sequence: 9)

    /// One row per start, one cell per event in their order: where it leads, and what it says.
    static let table: [Start: String] = [
        .normal: """
        pending/changed normal/none normal/none normal/none normal/none normal/none \
        normal/nothing normal/shelved normal/notShelved normal/expired normal/none normal/none
        """,
        .pending: """
        pending/none normal/changed normal/changed pending/none unacknowledged/raised pending/changed \
        pending/nothing pending/shelved pending/notShelved pending/expired pending/none normal/none
        """,
        .unacknowledged: """
        unacknowledged/none unacknowledged/none clearing/changed unacknowledged/none unacknowledged/none \
        unacknowledged/none acknowledged/acknowledged unacknowledged/shelved unacknowledged/notShelved \
        unacknowledged/expired unacknowledged/none normal/reset
        """,
        .acknowledged: """
        acknowledged/none acknowledged/none clearingAcknowledged/changed acknowledged/none acknowledged/none \
        acknowledged/none acknowledged/already acknowledged/shelved acknowledged/notShelved \
        acknowledged/expired acknowledged/none normal/reset
        """,
        .clearing: """
        unacknowledged/changed unacknowledged/changed clearing/none clearing/none returned/cleared \
        clearing/changed clearingAcknowledged/acknowledged clearing/shelved clearing/notShelved \
        clearing/expired clearing/none normal/reset
        """,
        .clearingAcknowledged: """
        acknowledged/changed acknowledged/changed clearingAcknowledged/none clearingAcknowledged/none \
        normal/cleared clearingAcknowledged/changed clearingAcknowledged/already \
        clearingAcknowledged/shelved clearingAcknowledged/notShelved clearingAcknowledged/expired \
        clearingAcknowledged/none normal/reset
        """,
        .returned: """
        returnedAgain/changed returned/none returned/none returned/none returned/none returned/none \
        normal/acknowledged returned/shelved returned/notShelved returned/expired normal/reset normal/reset
        """,
        .returnedAgain: """
        returnedAgain/none returned/changed returned/changed returnedAgain/none unacknowledged/raised \
        returnedAgain/changed pending/acknowledged returnedAgain/shelved returnedAgain/notShelved \
        returnedAgain/expired pending/reset normal/reset
        """,
    ]

    static func start(_ start: Start) -> AlarmState {
        let before = Self.now.adding(milliseconds: -1_000)
        let delay = AlarmState.Delay(since: before, evidence: .init(value: 7, sequence: 7))
        let raisedAt = Self.now.adding(milliseconds: -60_000)
        let plain = AlarmState.Episode(number: 4, raisedAt: raisedAt, evidence: .init(value: 8, sequence: 5))
        var known = plain
        known.acknowledged = .init(by: "Ada", at: before, comment: "")
        let phase: AlarmState.Phase =
            switch start {
            case .normal: .normal
            case .pending: .pending(delay)
            case .unacknowledged: .unacknowledged(plain)
            case .acknowledged: .acknowledged(known)
            case .clearing: .clearing(plain, delay)
            case .clearingAcknowledged: .clearing(known, delay)
            case .returned: .returned(plain, again: nil)
            case .returnedAgain: .returned(plain, again: delay)
            }
        return AlarmState(phase: phase, raises: start == .normal || start == .pending ? [] : [raisedAt])
    }

    static func name(_ state: AlarmState) -> String {
        switch state.phase {
        case .normal: "normal"
        case .pending: "pending"
        case .unacknowledged: "unacknowledged"
        case .acknowledged: "acknowledged"
        case .clearing(let episode, _): episode.acknowledged == nil ? "clearing" : "clearingAcknowledged"
        case .returned(_, again: nil): "returned"
        case .returned: "returnedAgain"
        }
    }

    static func apply(_ event: Event, to state: inout AlarmState) -> String {
        func judged(_ condition: AlarmCondition, _ state: inout AlarmState) -> String {
            Self.name(
                state.judged(condition, Self.seen, now: Self.now, timing: Self.timing, nextEpisode: 5))
        }
        func tick(after milliseconds: Int64, _ state: inout AlarmState) -> String {
            let now = Self.now.adding(milliseconds: milliseconds)
            return Self.name(state.tick(now: now, timing: Self.timing, nextEpisode: 5))
        }
        switch event {
        case .beyond: return judged(.beyond, &state)
        case .between: return judged(.between, &state)
        case .within: return judged(.within, &state)
        case .tick: return tick(after: 0, &state)
        case .tickDue: return tick(after: 2_000, &state)
        case .clockBack: return tick(after: -3_600_000, &state)
        case .acknowledge:
            switch state.acknowledge(Self.acknowledgement) {
            case .acknowledged: return "acknowledged"
            case .nothingToAcknowledge: return "nothing"
            case .alreadyBy(let before): return before.by == "Ada" ? "already" : "?"
            }
        case .shelve:
            state.shelve(Self.shelf)
            return "shelved"
        case .unshelve:
            return state.unshelve() == .unshelved ? "unshelved" : "notShelved"
        case .shelfDue:
            state.shelve(Self.shelf)
            return state.shelfDue(now: Self.now) == .none ? "none" : "expired"
        case .ruleUnlatched:
            let timing = AlarmState.Timing(onDelay: 2_000, offDelay: 3_000, latch: false)
            return state.ruleChanged(timing, now: Self.now) == .none ? "none" : "reset"
        case .ruleGone:
            return state.ruleGone(now: Self.now) == .none ? "none" : "reset"
        }
    }

    private static func name(_ outcome: AlarmState.Outcome) -> String {
        switch outcome {
        case .none: "none"
        case .changed: "changed"
        case .raised: "raised"
        case .cleared: "cleared"
        }
    }

    @Test(arguments: Start.allCases, Event.allCases)
    func leadsWhereTheTableSays(start: Start, event: Event) throws {
        let cells = try #require(Self.table[start]).split(separator: " ").map(String.init)
        try #require(cells.count == Event.allCases.count)
        let place = try #require(Event.allCases.firstIndex(of: event))
        var state = Self.start(start)
        let said = Self.apply(event, to: &state)
        #expect("\(Self.name(state))/\(said)" == cells[place])
        // What is shown follows from the state, and a normal alarm is not active.
        #expect(state.isActive == ["unacknowledged", "acknowledged"].contains(state.shown.rawValue))
        #expect(state.shown != .acknowledged || state.open?.acknowledged != nil)
        #expect(state.shown != .unacknowledged || state.open?.acknowledged == nil)
    }

    /// Any two events after each other do not trap either, and an open episode is never lost without a word.
    @Test(arguments: Start.allCases)
    func noEpisodeEndsSilently(start: Start) {
        for first in Event.allCases {
            for second in Event.allCases {
                var state = Self.start(start)
                for event in [first, second] {
                    let before = state.open?.number
                    let said = Self.apply(event, to: &state)
                    if before != nil, state.open?.number != before {
                        #expect(["cleared", "reset", "acknowledged", "raised"].contains(said), "\(first), \(second)")
                    }
                }
            }
        }
    }

    @Test func whatADelayBringsIsDatedWithItsEnd() {
        var state = Self.start(.pending)
        let late = Self.now.adding(milliseconds: 600_000)
        let raised = state.tick(now: late, timing: Self.timing, nextEpisode: 5)
        guard case .raised(let episode) = raised else {
            Issue.record("not raised: \(raised)")
            return
        }
        #expect(episode.raisedAt == Self.now.adding(milliseconds: 1_000))
        #expect(episode.evidence == .init(value: 7, sequence: 7))
        #expect(episode.number == 5)
        var clearing = Self.start(.clearing)
        let cleared = clearing.tick(now: late, timing: Self.timing, nextEpisode: 5)
        guard case .cleared(_, let at, let value) = cleared else {
            Issue.record("not cleared: \(cleared)")
            return
        }
        #expect(at == Self.now.adding(milliseconds: 2_000))
        #expect(value == 7)
    }

    /// A clock that goes back an hour makes a delay begin anew, once: it does not last for an hour.
    @Test func aClockThatGoesBackDoesNotHoldADelay() {
        var state = Self.start(.pending)
        let back = Self.now.adding(milliseconds: -3_600_000)
        #expect(state.tick(now: back, timing: Self.timing, nextEpisode: 5) == .changed)
        let soon = back.adding(milliseconds: 1_999)
        #expect(state.tick(now: soon, timing: Self.timing, nextEpisode: 5) == .none)
        let raised = state.tick(now: back.adding(milliseconds: 2_000), timing: Self.timing, nextEpisode: 5)
        #expect(raised != .none && raised != .changed)
    }

    /// A shelf is bounded even when the clock was set back behind the day on which it was made.
    @Test func aShelfAlwaysEnds() {
        var state = AlarmState()
        state.shelve(.init(until: Self.now.adding(milliseconds: 86_400_000), by: "Kim", comment: ""))
        let back = Self.now.adding(milliseconds: -500_000_000)
        #expect(state.shelfDue(now: back) == .none)
        #expect(state.shelf?.until == back.adding(milliseconds: Limits.alarmShelveMillisecondsMax))
        #expect(state.shelfDue(now: back.adding(milliseconds: Limits.alarmShelveMillisecondsMax)) != .none)
        #expect(state.shelf == nil)
    }

    @Test func withoutLatchAClearedAlarmGoesByItself() {
        let timing = AlarmState.Timing(onDelay: 0, offDelay: 0, latch: false)
        var state = AlarmState()
        let raised = state.judged(.beyond, Self.seen, now: Self.now, timing: timing, nextEpisode: 1)
        #expect(raised != .none)
        #expect(state.shown == .unacknowledged)
        _ = state.judged(.within, Self.seen, now: Self.now, timing: timing, nextEpisode: 2)
        #expect(state.shown == .normal)
        #expect(state.episode?.number == 1, "the last episode is still known")
    }

    @Test func chatterCountsTenMinutesAndIsBounded() {
        let timing = AlarmState.Timing(onDelay: 0, offDelay: 0, latch: false)
        var state = AlarmState()
        for step in 0..<500 {
            let now = Self.now.adding(milliseconds: Int64(step) * 1_000)
            _ = state.judged(.beyond, Self.seen, now: now, timing: timing, nextEpisode: Int64(step))
            _ = state.judged(.within, Self.seen, now: now, timing: timing, nextEpisode: 0)
        }
        #expect(state.raises.count == Limits.alarmChatterRaisesMax)
        let last = Self.now.adding(milliseconds: 499_000)
        #expect(state.chatter(now: last) == Limits.alarmChatterRaisesMax)
        #expect(state.chatter(now: last.adding(milliseconds: 550_000)) == 50)
        #expect(state.chatter(now: last.adding(milliseconds: Limits.alarmChatterMilliseconds)) == 0)
    }
}
