import Foundation
import TelemetryCore
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-21T09:41:26.123Z", 1_795_254_086_123),
            ("2026-11-21T10:41:26.123+01:00", 1_795_254_086_123),
            ("2026-11-21T04:11:26.123-05:30", 1_795_254_086_123),
            ("2026-11-21T10:41:26.123+0100", 1_795_254_086_123),
            ("2026-11-21t09:41:26.123z", 1_795_254_086_123),
            ("2026-11-21 09:41:26,123Z", 1_795_254_086_123),
            ("2026-11-21T09:41:26.1Z", 1_795_254_086_100),
            ("2026-11-21T09:41:26.12Z", 1_795_254_086_120),
            ("2026-11-21T09:41:26.123999999Z", 1_795_254_086_123),
            ("2026-11-21T09:41:26.000000001Z", 1_795_254_086_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("2024-02-29T23:59:59.999Z", 1_709_251_199_999),
            ("1900-02-28T00:00:00Z", -2_203_977_600_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.milliseconds == milliseconds)
        #expect(Timestamp(iso8601: Array(text.utf8)[...])?.milliseconds == milliseconds)
    }

    @Test(
        arguments: [
            "", "garbage", "2026-11-21", "2026-11-21T09:41:26", "2026-11-21T09:41:26.123", "2026-11-21T09:41Z",
            "2026-11-21T09:41:26.Z", "2026-11-21T09:41:26.1234567890Z", "2026-11-21T24:00:00Z",
            "2026-11-21T09:60:00Z", "2026-11-21T09:41:61Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2100-02-29T00:00:00Z", "2026-11-21T09:41:26+24:00", "2026-11-21T09:41:26+01:60",
            "2026-11-21T09:41:26+1:00", "2026-11-21T09:41:26ZZ", " 2026-11-21T09:41:26Z", "2026-11-21T09:41:26Z ",
            "26-11-21T09:41:26Z", "+2026-11-21T09:41:26Z", "２026-11-21T09:41:26Z", "2026/11/21T09:41:26Z",
            "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        ])
    func refuses(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    /// Against Foundation, over all years.
    @Test func agreesWithFoundation() throws {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var random = SeededRandom(seed: 1)
        for _ in 0..<2_000 {
            let milliseconds = Int64.random(in: -62_000_000_000_000...253_402_300_799_999, using: &random)
            let timestamp = Timestamp(milliseconds: milliseconds)
            let date = Date(timeIntervalSince1970: Double(milliseconds / 1000))
            let whole = Timestamp(milliseconds: milliseconds / 1000 * 1000)
            // Foundation switches to the Julian calendar before 1582; we do not.
            if milliseconds > -12_219_292_800_000 { #expect(whole.iso8601 == date.formatted(style)) }
            #expect(Timestamp(iso8601: timestamp.iso8601) == timestamp)
            #expect(timestamp.iso8601.utf8.count == 24)
        }
    }

    /// Every day of 400 years follows the one before.
    @Test func countsEveryDay() {
        var last = ""
        var backwards = 0
        for day in Int64(0)..<146_097 {
            let text = Timestamp(milliseconds: day * 86_400_000).iso8601
            if text <= last { backwards += 1 }
            last = text
        }
        #expect(backwards == 0)
        #expect(last == "2369-12-31T00:00:00.000Z")
    }

    @Test func isClampedToWhatCanBeWritten() {
        #expect(Timestamp(milliseconds: .max).iso8601 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).iso8601 == "0000-01-01T00:00:00.000Z")
        #expect(sampleTime.adding(milliseconds: .max).iso8601 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: -5).adding(milliseconds: .min).iso8601 == "0000-01-01T00:00:00.000Z")
    }

    @Test(
        arguments: [
            (0, 0), (1.5, 1_500), (1_795_254_086, 1_795_254_086_000), (1e11, 100_000_000_000_000),
            (1_795_254_086_123, 1_795_254_086_123), (-1, -1_000), (1_795_254_086.1234, 1_795_254_086_123),
        ] as [(Double, Int64)])
    func readsNumbers(number: Double, milliseconds: Int64) {
        #expect(Timestamp(unixNumber: number)?.milliseconds == milliseconds)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 253_402_300_800_000])
    func refusesNumbers(number: Double) {
        #expect(Timestamp(unixNumber: number) == nil)
    }
}
