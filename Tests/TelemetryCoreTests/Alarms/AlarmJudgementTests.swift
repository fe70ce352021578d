import Testing

@testable import TelemetryCore

/// What is beyond a limit, how fast something changes, and which readings are about now.
@Suite struct AlarmJudgementTests {
    private static let time = Timestamp(milliseconds: 1_000_000)

    @Test(arguments: [
        (1_801.0, AlarmCondition.beyond), (1_800, .between), (1_781, .between), (1_780, .within), (-5, .within),
    ])
    func highHasADeadbandBelow(value: Double, expected: AlarmCondition) {
        for kind in [AlarmRule.Kind.high, .highHigh, .rate] {
            #expect(AlarmCheck(kind: kind, limit: 1_800, deadband: 20).condition(value) == expected)
        }
    }

    @Test(arguments: [
        (3.9, AlarmCondition.beyond), (4, .between), (4.4, .between), (4.5, .within), (100, .within),
    ])
    func lowHasADeadbandAbove(value: Double, expected: AlarmCondition) {
        for kind in [AlarmRule.Kind.low, .lowLow] {
            #expect(AlarmCheck(kind: kind, limit: 4, deadband: 0.5).condition(value) == expected)
        }
    }

    @Test func withoutDeadbandTheLimitItselfIsWithin() {
        #expect(AlarmCheck(kind: .high, limit: 5, deadband: 0).condition(5) == .within)
        #expect(AlarmCheck(kind: .low, limit: 5, deadband: 0).condition(5) == .within)
    }

    @Test func hugeNumbersDoNotTrap() {
        let huge = Double.greatestFiniteMagnitude
        #expect(AlarmCheck(kind: .high, limit: -huge, deadband: huge).condition(huge) == .beyond)
        #expect(AlarmCheck(kind: .low, limit: huge, deadband: huge).condition(-huge) == .beyond)
        var rate = RateOfChange()
        #expect(rate.change(to: -huge, at: Self.time) == nil)
        #expect(rate.change(to: huge, at: Self.time.adding(milliseconds: 1)) == huge)
    }

    @Test func aRateIsPerSecondWithoutItsSign() {
        var rate = RateOfChange()
        #expect(rate.change(to: 100, at: Self.time) == nil)
        #expect(rate.change(to: 110, at: Self.time.adding(milliseconds: 500)) == 20)
        #expect(rate.change(to: 70, at: Self.time.adding(milliseconds: 1_500)) == 40)
    }

    /// Two at the same time have no rate; the next is compared over a time that passed.
    @Test func equalTimesHaveNoRate() {
        var rate = RateOfChange()
        _ = rate.change(to: 100, at: Self.time)
        #expect(rate.change(to: 900, at: Self.time) == nil)
        #expect(rate.change(to: 110, at: Self.time.adding(milliseconds: 1_000)) == 10)
    }

    @Test func aClockThatGoesBackAndALongGapBeginAnew() {
        var rate = RateOfChange()
        _ = rate.change(to: 100, at: Self.time)
        #expect(rate.change(to: 200, at: Self.time.adding(milliseconds: -1)) == nil)
        #expect(rate.change(to: 201, at: Self.time.adding(milliseconds: 999)) == 1)
        let gap = Self.time.adding(milliseconds: 999 + Limits.alarmRateGapMillisecondsMax)
        #expect(rate.change(to: 261, at: gap) == 1)
        #expect(rate.change(to: 999, at: gap.adding(milliseconds: Limits.alarmRateGapMillisecondsMax + 1)) == nil)
    }

    private func reading(at source: Int64?, received: Int64) throws -> Reading {
        Reading(
            machine: try machine("m"),
            timestamp: source.map { Self.time.adding(milliseconds: $0) },
            received: Self.time.adding(milliseconds: received),
            metrics: Metrics(rpm: 1)
        )
    }

    @Test func lateReadingsAreNotAboutNow() throws {
        var order = SourceOrder()
        #expect(order.time(of: try self.reading(at: 0, received: 0)) == Self.time)
        #expect(order.time(of: try self.reading(at: 0, received: 1)) == Self.time, "the same time is not late")
        #expect(order.time(of: try self.reading(at: -1, received: 2)) == nil)
        #expect(order.time(of: try self.reading(at: nil, received: 3)) == Self.time.adding(milliseconds: 3))
        #expect(order.time(of: try self.reading(at: -5, received: 4)) == nil)
    }

    /// Known from the ring: what comes after a start and is older is late at once.
    @Test func whatIsKnownBeforeCounts() throws {
        var order = SourceOrder(newest: Self.time.milliseconds)
        #expect(order.time(of: try self.reading(at: -1, received: 0)) == nil)
        #expect(order.time(of: try self.reading(at: 1, received: 1)) != nil)
    }

    /// A source whose clock was set back is believed after a minute, not never.
    @Test func aSourceClockThatGoesBackIsBelievedInTheEnd() throws {
        var order = SourceOrder()
        _ = order.time(of: try self.reading(at: 0, received: 0))
        for second in 1..<60 {
            let late = try self.reading(at: Int64(second) * 1_000 - 3_600_000, received: Int64(second) * 1_000)
            #expect(order.time(of: late) == nil)
        }
        for second in 60..<65 {
            let late = try self.reading(at: Int64(second) * 1_000 - 3_600_000, received: Int64(second) * 1_000)
            #expect(order.time(of: late) == late.timestamp)
        }
    }

    /// One jump of a clock into the future does not make everything after it late.
    @Test func aClockThatIsAheadCountsByOurTime() throws {
        var order = SourceOrder()
        _ = order.time(of: try self.reading(at: 0, received: 0))
        let ahead = try self.reading(at: 9_000_000, received: 1_000)
        #expect(order.time(of: ahead) == ahead.received)
        #expect(order.time(of: try self.reading(at: 2_000, received: 2_000)) != nil)
    }
}
