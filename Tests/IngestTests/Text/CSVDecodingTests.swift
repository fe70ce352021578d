import TelemetryCore
import Testing

@testable import Ingest

@Suite struct CSVDecodingTests {
    static let rule = "ISO 8601 with zone, or seconds or milliseconds since 1970"
    static let time = "2026-11-21T09:41:26.123Z"

    @Test(arguments: [
        // Our own export, with what follows it.
        (
            "machine,seq,timestamp,received,rpm,torque,pressure,flow\r\nm,1,\(time),\(time),1480.2,120.5,,3\r\n"
                + "# ledger machine=m epoch=x exported=1\r\n",
            ["0 m \(time) rpm=1480.2 torque=120.5 flow=3"]
        ),
        ("rpm\n1\n\n2", ["0 m rpm=1", "1 m rpm=2"]),
        (
            "ts,rpm\n1763717286.5,1\n1763717286123,2\n,3\n",
            [
                "0 m 2025-11-21T09:28:06.500Z rpm=1", "1 m 2025-11-21T09:28:06.123Z rpm=2", "2 m rpm=3",
            ]
        ),
        (
            "\u{FEFF}ts,timestamp,rpm\n1,2,3\n1,,3\n",
            [
                "0 m 1970-01-01T00:00:02.000Z rpm=3", "1 m 1970-01-01T00:00:01.000Z rpm=3",
            ]
        ),
        (
            "pressure[kPa],Torque [Nm],torque [ Nm ],x[]\n602.5,9,3,4\n",
            ["0 m torque=3[Nm] pressure=602.5[kPa] Torque=9[Nm] x=4"]
        ),
        ("rpm;torque\n12,5;-0,25\n1.5;2\n", ["0 m rpm=12.5 torque=-0.25", "1 m rpm=1.5 torque=2"]),
        ("rpm\ttorque\n1\t2\n", ["0 m rpm=1 torque=2"]),
        ("\"rpm\",\"no\"\"te\",flow\n\"1\",\"a,\"\"b\"\"\nc\",\"2\"\r\n3,,\r\n", ["0 m rpm=1 flow=2", "1 m rpm=3"]),
        ("rpm,Product ID,epoch,Type\n +1e3 ,M1,5,L\n", ["0 m rpm=1000"]),
        (
            "timestamp,received,rpm,torque,pressure,extra\n,,1,,,\"{\"\"a\"\":0.1,\"\"b\"\":2}\"\n,,2,,,\n",
            [
                "0 m rpm=1 a=0.1 b=2", "1 m rpm=2",
            ]
        ),
        ("rpm,torque\n\"1\",2", ["0 m rpm=1 torque=2"]), ("rpm,torque\n1,\"2\"", ["0 m rpm=1 torque=2"]),
        ("rpm\n\"1\"\r\n\"2\"\n", ["0 m rpm=1", "1 m rpm=2"]),
    ])
    func reads(text: String, lines: [String]) throws {
        let result = try TextSamples.decode(text, as: .csv)
        #expect(TextSamples.refusals(result) == [])
        #expect(TextSamples.lines(result) == lines)
    }

    @Test(arguments: [
        (
            "rpm,torque\n1,2\n1\n1,2,3\n3,4\n", [0, 3],
            [
                "1 badSchema the line has 1 fields, the header 2", "2 badSchema the line has 3 fields, the header 2",
            ]
        ),
        (
            "ts,rpm\n2026-11-21T09:41:26,1\n1,UNAVAILABLE\n1,NaN\n1,1e999\n1,\n2,2", [5],
            [
                "0 badTimestamp `2026-11-21T09:41:26` is no time; \(Self.rule)",
                "1 noNumber `rpm` is not a number but `UNAVAILABLE`",
                "2 notFinite `rpm` must be a number; leave the field empty when it is not known",
                "3 notFinite `rpm` is beyond the range of a double; leave out what is not known",
                "4 noNumber no number on this line",
            ]
        ),
        (
            "rpm,note\n1,INFO\n1,\"a\"b\n2,c\n", [0, 2],
            [
                "1 badSchema something follows a closing quote; double the quotes within a field"
            ]
        ),
        // A forgotten quote costs its own line only.
        (
            "rpm,note\n1,a\n2,\"b\n3,c\n", [0, 2],
            [
                "1 tooLarge a line is longer than 65536 bytes, or a quote on it is not closed"
            ]
        ),
        ("rpm,flow\n1,5\n\n1,000\n", [0, 1], []),
        ("rpm\n12,5\n", [], ["0 badSchema the line has 2 fields, the header 1"]),
        ("rpm;x\n1,2,3;1.234,5\n", [], ["0 noNumber `rpm` is not a number but `1,2,3`"]),
    ])
    func refusesALineOfItsOwn(text: String, taken: [Int], refusals: [String]) throws {
        let result = try TextSamples.decode(text, as: .csv)
        #expect(TextSamples.refusals(result) == refusals)
        #expect(result.indices == taken)
    }

    @Test(arguments: [
        ("1480.2,120.5\n1,2\n", "must name the columns"), ("Product ID,Type of it\na,b\n", "must name the columns"),
        ("\"rpm\n1\n", "not closed"), ("ts,machine\n1,a\n", "at least one of a metric"),
        (String(repeating: "a,", count: 1024) + "a\n1", "more than 1024 columns"),
    ])
    func refusesAHeaderAndAllWithIt(text: String, remedy: String) throws {
        let result = try TextSamples.decode(text, as: .csv)
        #expect(result.readings.isEmpty)
        #expect(result.refusals.map(\.reason) == [.badSchema])
        #expect(result.refusals.first?.remedy.contains(remedy) == true, "\(result.refusals)")
    }

    @Test(arguments: ["", "\n\n", "rpm\n", "# rpm\n"])
    func refusesATextWithoutAReading(text: String) throws {
        let result = try TextSamples.decode(text, as: .csv)
        #expect(TextSamples.refusals(result) == ["0 noNumber there is no reading in it"])
    }

    @Test func aLineNamesItsMachine() throws {
        let text = "machine,rpm\nb,1\nm,2\n-x,3\n,4\n"
        let nameless = try TextSamples.decode(text, as: .csv, machine: nil)
        #expect(TextSamples.lines(nameless) == ["0 b rpm=1", "1 m rpm=2"])
        #expect(nameless.refusals.map(\.reason) == [.badMachineName, .badMachineName])
        let named = try TextSamples.decode(text, as: .csv, machine: "m")
        #expect(TextSamples.lines(named) == ["1 m rpm=2"])
        #expect(named.refusals.first?.remedy == "the line is of machine `b`, the address of `m`")
        #expect(try TextSamples.decode("rpm\n1\n", as: .csv, machine: nil).refusals.map(\.reason) == [.badMachineName])
    }

    @Test func hintsAtTypingMistakesInTheHeader() throws {
        let result = try TextSamples.decode("RPM,torque\n1,2\n3,4\n", as: .csv)
        #expect(result.readings.count == 2)
        #expect(result.hints.map(\.remedy) == ["`RPM` is not a metric name we chart; did you mean `rpm`?"])
    }

    @Test func boundsLinesAndTheirLength() throws {
        let many = "rpm\n" + String(repeating: "1\n", count: 12)
        let result = try TextSamples.decode(many, as: .csv, linesMax: 10)
        #expect(result.readings.count == 10)
        #expect(result.refusedCount == 2)
        #expect(result.refusals.map(\.index) == [10])
        #expect(result.refusals.map(\.reason) == [.tooLarge])
        let long = "rpm,note\n1,\(String(repeating: "x", count: Limits.textLineBytesMax))\n2,y\n"
        let short = try TextSamples.decode(long, as: .csv)
        #expect(short.indices == [1])
        #expect(short.refusals.map(\.reason) == [.tooLarge])
        let fits = "rpm,note\n1,\(String(repeating: "x", count: Limits.textLineBytesMax - 3))\n"
        #expect(try TextSamples.decode(fits, as: .csv).indices == [0])
    }

    @Test func takesUpToItsLimitOfExtraMetrics() throws {
        let limit = TelemetryCore.Limits.extraMetricsMax
        let names = (0...limit).map { "x\($0)" }.joined(separator: ",")
        let row = (0...limit).map { "\($0)" }.joined(separator: ",")
        let holes = ",1" + String(repeating: ",1", count: limit - 1)
        let result = try TextSamples.decode("\(names)\n\(row)\n\(holes)\n", as: .csv)
        #expect(result.readings.map(\.metrics.extra.count) == [limit])
        #expect(result.refusals.map(\.reason) == [.tooManyMetrics])
    }
}
