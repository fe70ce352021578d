import Testing

@testable import TelemetryCore

@Suite struct StalenessTests {
    private func at(_ seconds: Double) -> Timestamp {
        Timestamp(milliseconds: Int64(seconds * 1000))
    }

    /// A machine that has sent once a second from 0 to `last`.
    private func sending(until last: Int = 10, every seconds: Double = 1) -> Staleness {
        var staleness = Staleness(knownSince: self.at(0))
        for index in 0...last { staleness.readingArrived(at: self.at(Double(index) * seconds)) }
        return staleness
    }

    @Test func fromLiveThroughStaleToOffline() {
        let staleness = self.sending()
        #expect(
            staleness.verdict(now: self.at(12.9))
                == .init(state: .live, since: self.at(0), reason: "receiving (expected every 1 s)"))
        #expect(
            staleness.verdict(now: self.at(13))
                == .init(state: .stale, since: self.at(13), reason: "no reading for 3 s (expected every 1 s)"))
        #expect(staleness.verdict(now: self.at(17.4)).reason == "no reading for 7 s (expected every 1 s)")
        #expect(staleness.verdict(now: self.at(69.9)).state == .stale)
        #expect(
            staleness.verdict(now: self.at(70))
                == .init(state: .offline, since: self.at(70), reason: "no reading for 60 s (expected every 1 s)"))
    }

    @Test func aReadingMakesItLiveAgain() {
        var staleness = self.sending()
        staleness.readingArrived(at: self.at(40))
        #expect(staleness.verdict(now: self.at(40)).state == .live)
        #expect(staleness.verdict(now: self.at(40)).since == self.at(40))
        // One outage does not change what is expected.
        #expect(staleness.staleAfter == 3_000)
    }

    @Test(arguments: [(0.1, 2_500), (0.5, 2_500), (1, 3_000), (10, 30_000), (60, 180_000)] as [(Double, Int64)])
    func threeMissedIntervalsButNotTooSoon(interval: Double, staleAfter: Int64) {
        #expect(self.sending(every: interval).staleAfter == staleAfter)
    }

    @Test func beforeTheIntervalIsKnown() {
        var staleness = Staleness(knownSince: self.at(0))
        staleness.readingArrived(at: self.at(0))
        #expect(staleness.verdict(now: self.at(4.9)).state == .live)
        #expect(staleness.verdict(now: self.at(4.9)).reason == "receiving")
        #expect(staleness.verdict(now: self.at(5)).state == .stale)
        #expect(staleness.verdict(now: self.at(5)).reason == "no reading for 5 s")
        #expect(staleness.verdict(now: self.at(60)).state == .offline)
    }

    @Test func longIntervalsAreOfflineLater() {
        let staleness = self.sending(until: 5, every: 60)
        #expect(staleness.verdict(now: self.at(300 + 1_799)).state == .stale)
        #expect(staleness.verdict(now: self.at(300 + 1_800)).state == .offline)
        #expect(staleness.verdict(now: self.at(300 + 1_800)).reason == "no reading for 30 min (expected every 60 s)")
    }

    @Test func aBurstSaysNothingAboutTheInterval() {
        var staleness = self.sending(until: 5, every: 60)
        for index in 0..<500 { staleness.readingArrived(at: self.at(360 + Double(index) * 0.0001)) }
        #expect(staleness.staleAfter == 180_000)
    }

    @Test func offlineByReportUntilTheNextReading() {
        var staleness = self.sending()
        staleness.reportedOffline(at: self.at(11), reason: "last will")
        let offline = Staleness.Verdict(state: .offline, since: self.at(11), reason: "last will")
        #expect(staleness.verdict(now: self.at(11)) == offline)
        staleness.reportedOffline(at: self.at(20), reason: "again")
        #expect(staleness.verdict(now: self.at(500)) == offline)
        staleness.readingArrived(at: self.at(600))
        #expect(staleness.verdict(now: self.at(600)).state == .live)
        #expect(staleness.verdict(now: self.at(600)).since == self.at(600))
    }

    @Test func onlineAloneIsNotLive() {
        var staleness = self.sending()
        staleness.reportedOffline(at: self.at(11), reason: "last will")
        staleness.reportedOnline(at: self.at(200))
        #expect(staleness.verdict(now: self.at(200)).state == .stale)
        #expect(staleness.verdict(now: self.at(200)).since == self.at(200))
        #expect(staleness.verdict(now: self.at(259)).state == .stale)
        #expect(staleness.verdict(now: self.at(260)).state == .offline)
        staleness.readingArrived(at: self.at(261))
        #expect(staleness.verdict(now: self.at(261)).state == .live)
    }

    @Test func onlyARetainedValue() {
        let staleness = Staleness(knownSince: self.at(0))
        #expect(
            staleness.verdict(now: self.at(1))
                == .init(state: .stale, since: self.at(0), reason: "only a retained value so far"))
        #expect(staleness.verdict(now: self.at(60)).state == .offline)
    }

    @Test func aClockThatWentBackChangesNothing() {
        var staleness = self.sending()
        #expect(staleness.verdict(now: self.at(-1_000)).state == .live)
        staleness.readingArrived(at: self.at(-500))
        #expect(staleness.verdict(now: self.at(-499)).state == .live)
        #expect(staleness.staleAfter == 3_000)
        #expect(staleness.verdict(now: self.at(-400)).state == .offline)
    }

    @Test(
        arguments: [
            (0, "0 s"), (-5, "0 s"), (100, "0.1 s"), (2_500, "2.5 s"), (7_000, "7 s"), (9_960, "10 s"),
            (95_000, "95 s"), (720_000, "12 min"), (18_000_000, "5 h"), (259_200_000, "3 days"),
        ] as [(Int64, String)])
    func durationsForPeople(milliseconds: Int64, text: String) {
        #expect(DurationText.text(milliseconds: milliseconds) == text)
    }
}
