import Foundation
import TelemetryCore
import Testing

@testable import Ingest

@Suite struct PayloadDecoderTests {
    static let received = Timestamp(milliseconds: 1_763_717_286_000)

    static func origin() throws -> PayloadDecoder.Origin {
        PayloadDecoder.Origin(machine: try #require(MachineID("m")), received: Self.received)
    }

    static func decode(_ text: String) throws -> DecodedPayload {
        var result = DecodedPayload()
        PayloadDecoder().decode(Array(text.utf8)[...], from: try Self.origin(), into: &result)
        return result
    }

    /// The reading as JSON (sequence 1), so that the tables below can be read.
    static func json(_ reading: Reading) -> String {
        let json = StoredReading(sequence: 1, reading: reading).json
        return json.replacing(#"{"machine":"m","seq":1,"timestamp":"#, with: "").dropLast().description
    }

    static let stamp = #""2025-11-21T09:28:06.000Z""#

    @Test(arguments: [
        (#"{"rpm":1480.2,"torque":120.5,"pressure":6.02}"#, #","rpm":1480.2,"torque":120.5,"pressure":6.02"#),
        (#" { "pressure" : 6 , "rpm" : 1 } "#, #","rpm":1,"pressure":6"#),
        (#"{"rpm":1,"t_ns":5,"Zed":2,"a_1":-0.5}"#, #","rpm":1,"Zed":2,"a_1":-0.5,"t_ns":5"#),
        (#"{"rpm":1,"rpm":2}"#, #","rpm":2"#),
        (#"{"torque":3,"rpm":1,"rpm":null}"#, #","torque":3"#),
        (
            #"{"rpm":1,"torque":null,"seq":7,"machine":"x","epoch":3,"unit":"rpm","on":true,"n":{"a":[1]}}"#,
            #","rpm":1"#
        ),
        (#"{"rpm":1,"bad-name":2,"":3,"1st":4}"#, #","rpm":1"#),
        (#"{"values":{"rpm":1,"flow":2}}"#, #","rpm":1,"flow":2"#),
        (#"{"rpm":9,"values":{"rpm":1,"values":2}}"#, #","rpm":1,"values":2"#),
        (#"{"values":4}"#, #","values":4"#),
        (#"{"r\u0070m":1}"#, #","rpm":1"#),
        (#"{"rpm":1e3,"torque":1E-2,"pressure":-0}"#, #","rpm":1000,"torque":0.01,"pressure":-0"#),
        (#"{"rpm":123456789012345678901234567890}"#, #","rpm":1.2345678901234568e+29"#),
        (#"{"rpm":1e-400}"#, #","rpm":0"#),
    ]) func readsMetrics(payload: String, metrics: String) throws {
        let result = try Self.decode(payload)
        #expect(result.refusals.isEmpty)
        #expect(result.readings.map(Self.json) == [Self.stamp + metrics])
    }

    @Test(arguments: [
        (#"{"rpm":1,"timestamp":"2026-11-21T09:41:26.123Z"}"#, "2026-11-21T09:41:26.123Z"),
        (#"{"ts":"2026-11-21T10:41:26.5+01:00","rpm":1}"#, "2026-11-21T09:41:26.500Z"),
        (#"{"rpm":1,"ts":1763717286.123}"#, "2025-11-21T09:28:06.123Z"),
        (#"{"rpm":1,"ts":1763717286123}"#, "2025-11-21T09:28:06.123Z"),
        (#"{"rpm":1,"ts":100000000000}"#, "5138-11-16T09:46:40.000Z"),
        (#"{"rpm":1,"ts":100000000001}"#, "1973-03-03T09:46:40.001Z"),
        (#"{"rpm":1,"ts":0}"#, "1970-01-01T00:00:00.000Z"),
        (#"{"rpm":1,"timestamp":1,"ts":"nonsense"}"#, "1970-01-01T00:00:01.000Z"),
        (#"{"rpm":1,"ts":2,"timestamp":1}"#, "1970-01-01T00:00:01.000Z"),
        (#"{"rpm":1,"timestamp":null,"ts":2}"#, "1970-01-01T00:00:02.000Z"),
        (#"{"ts":3,"values":{"rpm":1,"ts":9}}"#, "1970-01-01T00:00:03.000Z"),
        (#"{"rpm":1}"#, "2025-11-21T09:28:06.000Z"),
    ]) func readsTimestamps(payload: String, timestamp: String) throws {
        let result = try Self.decode(payload)
        #expect(result.refusals.isEmpty)
        #expect(result.readings.map(\.timestamp.iso8601) == [timestamp])
        #expect(result.readings.map(\.received) == [Self.received])
    }

    @Test(arguments: [
        ("", RejectionReason.notJSON, "empty"), (" \n", .notJSON, "empty"), ("{", .notJSON, "byte 1"),
        (#"{"rpm":1}x"#, .notJSON, "byte 9"), (#"{"rpm":1,}"#, .notJSON, "key"),
        (#"{"rpm":01}"#, .notJSON, "leading 0"),
        (#"{"rpm":+1}"#, .notJSON, "a value"), (#"{"rpm":.5}"#, .notJSON, "a value"),
        (#"{"rpm":1.}"#, .notJSON, "digit"),
        (#"{"rpm":1e}"#, .notJSON, "digit"), (#"{'rpm':1}"#, .notJSON, "key in double quotes"),
        (#"{"rpm":1 "torque":2}"#, .notJSON, "`,`"), ("{\"a\u{1}\":1}", .notJSON, "control character"),
        (#"{"rpm":"\x"}"#, .notJSON, "after `\\`"), (#"{"rpm":0x10}"#, .notJSON, "`,`"), ("[1", .notJSON, "`]`"),
        (#"{"rpm":tru}"#, .notJSON, "a value"), (#"{"rpm":"1}"#, .notJSON, "closing"),
        (#"{"rpm":NaN}"#, .notFinite, "NaN"), (#"{"rpm":-Infinity}"#, .notFinite, "NaN"),
        (#"{"rpm":nan}"#, .notFinite, "NaN"), (#"{"rpm":1e999}"#, .notFinite, "`rpm`"),
        (#"{"x":-1e400,"rpm":1}"#, .notFinite, "`x`"),
        ("{}", .noNumber, "no number"), (#"{"machine":"x","seq":3,"ts":5}"#, .noNumber, "no number"),
        (#"{"rpm":null}"#, .noNumber, "no number"), (#"{"rpm":"1480.2"}"#, .noNumber, "`rpm` is not a number but text"),
        (#"{"rmp":true}"#, .noNumber, "`rmp` is not a number"), (#"{"rpm":[1]}"#, .noNumber, "an array"),
        (#"{"bad-name":1}"#, .badMetricName, "`bad-name`"), ("[]", .noNumber, "empty"),
        ("12.5", .notAnObject, "a number"), (#""x""#, .notAnObject, "text"), ("null", .notAnObject, "null"),
        (#"{"rpm":1,"timestamp":"2026-11-21T09:41:26"}"#, .badTimestamp, "zone"),
        (#"{"rpm":1,"timestamp":"2026-02-30T09:41:26Z"}"#, .badTimestamp, "zone"),
        (#"{"rpm":1,"ts":true}"#, .badTimestamp, "ts is true or false"),
        (#"{"rpm":1,"ts":1e300}"#, .badTimestamp, "ts"),
    ]) func refuses(payload: String, reason: RejectionReason, remedy: String) throws {
        let result = try Self.decode(payload)
        #expect(result.readings.isEmpty)
        let refusal = try #require(result.refusals.first)
        #expect(refusal.reason == reason)
        #expect(refusal.remedy.contains(remedy), "\(refusal.remedy)")
        #expect(!refusal.remedy.contains("\n"))
    }

    @Test func takesTheGoodElementsOfAnArray() throws {
        let result = try Self.decode(#"[{"rpm":1},{"rpm":"x"},7,{"torque":2,"note":"y"}]"#)
        #expect(result.readings.map(Self.json) == [Self.stamp + #","rpm":1"#, Self.stamp + #","torque":2"#])
        #expect(result.refusals.map(\.index) == [1, 2])
        #expect(result.refusals.map(\.reason) == [.noNumber, .notAnObject])
    }

    @Test func aSyntaxErrorRefusesTheWholeArray() throws {
        let result = try Self.decode(#"[{"rpm":1},{"rpm":2},{"rpm":3]"#)
        #expect(result.readings.isEmpty)
        #expect(result.refusals.map(\.reason) == [.notJSON])
    }

    @Test func writesDownOnlyTheFirstRefusals() throws {
        let result = try Self.decode("[" + Array(repeating: "1", count: 50).joined(separator: ",") + "]")
        #expect(result.refusals.count == Limits.refusalsPerPayloadMax)
        #expect(result.refusedCount == 50)
        #expect(result.refusals.map(\.count).reduce(0, +) == 50)
    }

    /// Behind many of one kind the others are still told, and all are counted under their own reason.
    @Test func writesDownTheFirstOfEveryReason() throws {
        let elements = Array(repeating: "1", count: 20) + [#"{"x":1e999}"#, "2", "{}", #"{"x":1e999}"#]
        let result = try Self.decode("[" + elements.joined(separator: ",") + "]")
        var counts: [RejectionReason: Int] = [:]
        for refusal in result.refusals { counts[refusal.reason, default: 0] += refusal.count }
        #expect(counts == [.notAnObject: 21, .notFinite: 2, .noNumber: 1])
        #expect(result.refusals.count == Limits.refusalsPerPayloadMax + 2)
        #expect(result.refusals.last?.index == 22)
        #expect(result.refusedCount == 24)
    }

    @Test func takesUpToSixteenLevels() throws {
        func nested(_ depth: Int) -> String {
            let inner = depth - 1
            let arrays = String(repeating: "[", count: inner) + String(repeating: "]", count: inner)
            return #"{"rpm":1,"n":\#(arrays)}"#
        }
        #expect(try Self.decode(nested(16)).readings.count == 1)
        #expect(try Self.decode(nested(17)).refusals.map(\.reason) == [.tooDeep])
        #expect(try Self.decode(String(repeating: "[", count: 60_000)).refusals.map(\.reason) == [.tooDeep])
    }

    @Test func takesUpTo64KiB() throws {
        let object = #"{"rpm":1}"#
        let padding = String(repeating: " ", count: Limits.payloadBytesMax - object.utf8.count)
        #expect(try Self.decode(object + padding).readings.count == 1)
        #expect(try Self.decode(object + padding + " ").refusals.map(\.reason) == [.tooLarge])
    }

    @Test func keepsTheRetainedFlag() throws {
        var origin = try Self.origin()
        origin.isRetained = true
        var result = DecodedPayload()
        for payload in [#"{"rpm":1}"#, #"{"rpm":1,"note":"x"}"#] {
            PayloadDecoder().decode(Array(payload.utf8)[...], from: origin, into: &result)
        }
        #expect(result.readings.map(\.isRetained) == [true, true])
    }

    // MARK: Scalars and states

    @Test(arguments: [
        ("1480.5", 1480.5), (" 7\n", 7), ("+7", 7), ("-0.25", -0.25), ("007", 7), ("5.", 5), (".5", 0.5),
        ("1e3", 1000), ("1E-3", 0.001),
    ]) func readsScalars(payload: String, value: Double) throws {
        let metric = try #require(MetricName("flow"))
        var result = DecodedPayload()
        PayloadDecoder().decodeScalar(Array(payload.utf8)[...], metric: metric, from: try Self.origin(), into: &result)
        #expect(result.readings.map { $0.metrics.value(metric) } == [value])
        #expect(result.readings.map(\.timestamp) == [Self.received])
    }

    @Test(arguments: [
        ("", RejectionReason.noNumber), ("x", .noNumber), ("1,5", .noNumber), ("1 2", .noNumber), ("0x10", .noNumber),
        (".", .noNumber), ("1e", .noNumber), ("--1", .noNumber), ("{\"rpm\":1}", .noNumber), ("\"1\"", .noNumber),
        ("nan", .notFinite), ("-Infinity", .notFinite), ("INF", .notFinite), ("1e999", .notFinite),
    ]) func refusesScalars(payload: String, reason: RejectionReason) throws {
        let metric = try #require(MetricName("rpm"))
        var result = DecodedPayload()
        PayloadDecoder().decodeScalar(Array(payload.utf8)[...], metric: metric, from: try Self.origin(), into: &result)
        #expect(result.readings.isEmpty)
        #expect(result.refusals.map(\.reason) == [reason])
    }

    @Test(
        arguments: [
            ("online", true), (" Offline\n", false), ("OFFLINE", false), ("", nil), ("on", nil), ("onlinee", nil),
            ("offlinex", nil), ("\u{4F}\u{0E}LINE", nil),
        ] as [(String, Bool?)]) func readsStates(payload: String, isOnline: Bool?)
    {
        #expect(PayloadDecoder().decodeStatus(Array(payload.utf8)[...]) == isOnline)
    }
}
