import TelemetryCore
import Testing

@testable import Ingest

@Suite struct LineProtocolTests {
    @Test(
        arguments: [
            (
                "press1 rpm=1480.2,torque=-1e-3 1763717286123456789",
                "0 press1 2025-11-21T09:28:06.123Z rpm=1480.2 torque=-0.001"
            ),
            ("press1,site=a\\ b,line=1\\,2 rpm=7i,starts=9u", "0 press1 rpm=7 starts=9"),
            ("motor,machine=press1 rpm=1,flow=2", "0 press1 rpm=1 flow=2"),
            ("rpm,machine=press1 value=1480", "0 press1 rpm=1480"),
            ("my\\ press,machine=p\\=1 rpm=1", nil),
            ("press1 value=5", "0 press1 value=5"),
            ("press1 running=true,note=\"a \\\"b\\\", c=1\",rpm=3", "0 press1 rpm=3"),
            ("press1  rpm=3   1", "0 press1 1970-01-01T00:00:00.000Z rpm=3"),
            ("press1 rpm=3 -1", "0 press1 1969-12-31T23:59:59.999Z rpm=3"),
            ("press1 rpm=3 \r", "0 press1 rpm=3"),
            ("press1 a\\ b=4,rpm=3", "0 press1 rpm=3"),
            ("press1 ts=4,seq=9i,rpm=3", "0 press1 rpm=3"),
            ("press1 rpm=9223372036854775807i", "0 press1 rpm=9.223372036854776e+18"),
            ("press1 rpm=1,rpm=2", "0 press1 rpm=2"),
        ] as [(String, String?)])
    func reads(line: String, reading: String?) throws {
        let result = try TextSamples.decode(line, as: .lineProtocol, machine: nil)
        #expect(TextSamples.lines(result) == (reading.map { [$0] } ?? []))
        #expect(result.refusals.map(\.reason) == (reading == nil ? [.badMachineName] : []))
    }

    @Test(arguments: [
        ("press1", RejectionReason.badSchema, "a space and the fields"), ("press1 ", .badSchema, "the fields"),
        ("press1 rpm", .badSchema, "a field like"), ("press1,a rpm=1", .badSchema, "`=`"),
        (",a=b rpm=1", .badSchema, "measurement"),
        ("press1 rpm=1,", .badSchema, "a field like"), ("press1 rpm=", .noNumber, "`rpm` is not a number"),
        ("press1 rpm=abc,torque=1", .noNumber, "`rpm` is not a number but `abc`"),
        ("press1 rpm=true", .noNumber, "`rpm` is not a number but true or false"),
        ("press1 note=\"x\"", .noNumber, "text"), ("press1 note=\"x", .badSchema, "closing"),
        ("press1 rpm=1 12.5", .badTimestamp, "`12.5` is no time in ns"),
        ("press1 rpm=1 x", .badTimestamp, "precision="),
        ("press1 rpm=1 99999999999999999999", .badTimestamp, "no time"), ("press1 rpm=1 1 2", .badTimestamp, "no time"),
        ("press1 rpm=NaN", .notFinite, "`rpm`"), ("press1 rpm=1e999", .notFinite, "`rpm`"),
        ("press1 rpm=99999999999999999999i", .noNumber, "`rpm`"), ("press1 rpm=1.5i", .noNumber, "`1.5i`"),
        ("press1 1st=1", .badMetricName, "`1st`"), ("-press rpm=1", .badMachineName, "tag machine"),
    ])
    func refuses(line: String, reason: RejectionReason, remedy: String) throws {
        let result = try TextSamples.decode(
            "a rpm=1\n# comment\n\n" + line + "\nb rpm=2\n", as: .lineProtocol, machine: nil)
        #expect(result.readings.map(\.machine.name) == ["a", "b"])
        #expect(result.refusals.map(\.reason) == [reason])
        #expect(result.refusals.map(\.index) == [1])
        #expect(result.refusals.first?.remedy.contains(remedy) == true, "\(result.refusals)")
    }

    @Test(arguments: [
        (LineProtocolPrecision.seconds, "1763717286", "2025-11-21T09:28:06.000Z"),
        (.milliseconds, "1763717286123", "2025-11-21T09:28:06.123Z"),
        (.microseconds, "1763717286123999", "2025-11-21T09:28:06.123Z"),
        (.nanoseconds, "1763717286123999999", "2025-11-21T09:28:06.123Z"),
        (.seconds, "9223372036854775807", ""), (.milliseconds, "9223372036854775807", ""),
    ])
    func readsEveryPrecision(precision: LineProtocolPrecision, number: String, time: String) throws {
        let result = try TextSamples.decode("m rpm=1 \(number)", as: .lineProtocol, precision: precision)
        #expect(result.readings.map(\.timestamp.iso8601) == (time.isEmpty ? [] : [time]))
        #expect(result.refusals.map(\.reason) == (time.isEmpty ? [.badTimestamp] : []))
    }

    @Test(
        arguments: [
            ("ns", LineProtocolPrecision.nanoseconds), ("u", .microseconds), ("second", .seconds), ("m", nil),
            ("", nil),
        ]
            as [(String, LineProtocolPrecision?)])
    func namesPrecisions(text: String, precision: LineProtocolPrecision?) {
        #expect(LineProtocolPrecision(parsing: text) == precision)
    }

    @Test func theAddressNamesTheMachine() throws {
        let text = "motor rpm=1\nrpm,machine=m value=2\npressure value=3\nmotor,machine=other rpm=4\n"
        let result = try TextSamples.decode(text, as: .lineProtocol)
        #expect(TextSamples.lines(result) == ["0 m rpm=1", "1 m rpm=2", "2 m pressure=3"])
        #expect(TextSamples.refusals(result) == ["3 badMachineName the line is of machine `other`, the address of `m`"])
    }
}
