import Testing

@testable import TelemetryCore

/// Every state with every event: none traps, and each leads where this table says.
@Suite struct StalenessGridTests {
    enum Start: CaseIterable {
        case retainedOnly, live, stale, silentOffline, reportedOffline, reportedOnline
    }

    enum Event: CaseIterable {
        case reading, online, offline, nothing
    }

    static let now = Timestamp(milliseconds: 1_000_000)

    private func staleness(_ start: Start) -> Staleness {
        let now = Self.now
        var staleness = Staleness(knownSince: now.adding(milliseconds: -5_000))
        func arrivals(until age: Int64) {
            for index in (0...5).reversed() {
                staleness.readingArrived(at: now.adding(milliseconds: -age - Int64(index) * 1_000))
            }
        }
        switch start {
        case .retainedOnly: break
        case .live: arrivals(until: 0)
        case .stale: arrivals(until: 10_000)
        case .silentOffline: arrivals(until: 600_000)
        case .reportedOffline:
            arrivals(until: 0)
            staleness.reportedOffline(at: now, reason: "last will")
        case .reportedOnline:
            arrivals(until: 600_000)
            staleness.reportedOnline(at: now)
        }
        return staleness
    }

    private func expected(_ start: Start, _ event: Event) -> MachineState {
        switch (event, start) {
        case (.reading, _): .live
        case (.offline, _): .offline
        case (_, .live): .live
        // It was live when it said that it goes; back at once, its last reading still counts.
        case (.online, .reportedOffline): .live
        case (.online, _), (.nothing, .retainedOnly), (.nothing, .stale), (.nothing, .reportedOnline): .stale
        case (.nothing, .silentOffline), (.nothing, .reportedOffline): .offline
        }
    }

    @Test(arguments: Start.allCases, Event.allCases)
    func leadsWhereTheTableSays(start: Start, event: Event) {
        var staleness = self.staleness(start)
        switch event {
        case .reading: staleness.readingArrived(at: Self.now)
        case .online: staleness.reportedOnline(at: Self.now)
        case .offline: staleness.reportedOffline(at: Self.now, reason: "gone")
        case .nothing: break
        }
        let verdict = staleness.verdict(now: Self.now)
        #expect(verdict.state == self.expected(start, event))
        #expect(verdict.since <= Self.now)
        #expect(!verdict.reason.isEmpty)
        // Silence ends every state but offline, and offline for good.
        let later = staleness.verdict(now: Self.now.adding(milliseconds: 86_400_000))
        #expect(later.state == .offline)
        // The same question twice has the same answer.
        #expect(staleness.verdict(now: Self.now) == verdict)
    }
}
