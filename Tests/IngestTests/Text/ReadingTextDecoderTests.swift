import TelemetryCore
import Testing

@testable import Ingest

@Suite struct ReadingTextDecoderTests {
    @Test(
        arguments: [
            ("application/json", "x", ReadingTextFormat.json), ("Application/JSON; charset=utf-8", "", .json),
            ("application/vnd.plant+json", "", .json), ("application/x-ndjson", "", .ndjson),
            ("application/jsonl", "", .ndjson), ("text/csv; header=present", "", .csv),
            ("text/plain; charset=utf-8", "press1 rpm=1", .lineProtocol), ("text/plain", " {\"rpm\":1}", .json),
            (nil, "[{}]", .json), ("application/x-www-form-urlencoded", "\u{FEFF}{}", .json),
            ("", "a b=1", .lineProtocol),
            ("application/vnd.influx.line", "{", .lineProtocol), ("image/png", "{}", nil), ("text/html", "{}", nil),
            ("application/xml", "", nil),
        ] as [(String?, String, ReadingTextFormat?)])
    func goesByTheContentType(type: String?, body: String, format: ReadingTextFormat?) {
        #expect(ReadingTextFormat(contentType: type, body: Array(body.utf8)[...]) == format)
    }

    @Test func tellsEveryRefusalOfAnArray() throws {
        let result = try TextSamples.decode("[{\"rpm\":1}" + String(repeating: ",7", count: 30) + "]", as: .json)
        #expect(TextSamples.lines(result) == ["0 m rpm=1"])
        #expect(result.refusals.map(\.index) == Array(1...30))
        #expect(result.refusedCount == 30)
    }

    @Test(arguments: [ReadingTextFormat.json, .ndjson])
    func readsLinesOfJSON(format: ReadingTextFormat) throws {
        let text = """
            {"rpm":1,"ts":2}\r

            {"rpm":"x"}
            [{"rpm":2},{"torque":{"v":3,"u":"Nm"}},{}]
            {"ledger":{"machine":"m","exported":2}}
            {"gap":{"machine":"m"}}
            nonsense
            {"rmp":4}
            """
        let result = try TextSamples.decode(text, as: format)
        #expect(
            TextSamples.lines(result) == [
                "0 m 1970-01-01T00:00:02.000Z rpm=1", "2 m rpm=2", "2 m torque=3[Nm]", "4 m rmp=4",
            ])
        #expect(result.refusals.map(\.index) == [1, 2, 3])
        #expect(result.refusals.map(\.reason) == [.noNumber, .noNumber, .notJSON])
        #expect(result.hints.map(\.index) == [4])
    }

    @Test func prettyJSONIsOneValue() throws {
        #expect(TextSamples.lines(try TextSamples.decode("{\n  \"rpm\": 1\n}\n", as: .json)) == ["0 m rpm=1"])
        #expect(TextSamples.lines(try TextSamples.decode("[\n{\"rpm\":1},\n{\"rpm\":2}\n]", as: .json)).count == 2)
    }

    @Test func everyLineHasItsLimit() throws {
        let long = "{\"rpm\":1,\"n\":\"\(String(repeating: "x", count: Limits.textLineBytesMax))\"}"
        let result = try TextSamples.decode("\(long)\n{\"rpm\":2}\n", as: .ndjson)
        #expect(result.indices == [1])
        #expect(result.refusals.map(\.reason) == [.tooLarge])
        let many = try TextSamples.decode(String(repeating: "{\"rpm\":2}\n", count: 7), as: .ndjson, linesMax: 5)
        #expect(many.readings.count == 5 && many.refusedCount == 2)
    }

    @Test(arguments: ReadingTextFormat.allCases)
    func anEmptyBodyIsRefused(format: ReadingTextFormat) throws {
        for body in ["", " \n", "\u{FEFF}"] {
            let result = try TextSamples.decode(body, as: format)
            #expect(result.readings.isEmpty)
            #expect(result.refusals.count == 1)
        }
    }

    @Test func aNamelessBodyNamesItsMachines() throws {
        let text = "{\"machine\":\"a\",\"rpm\":1}\n{\"rpm\":2}\n"
        let result = try TextSamples.decode(text, as: .ndjson, machine: nil)
        #expect(TextSamples.lines(result) == ["0 a rpm=1"])
        #expect(result.refusals.map(\.reason) == [.badMachineName])
    }

    /// What we export comes back as it was.
    @Test func readsWhatWeWrite() throws {
        var random = SeededRandom(seed: 11)
        for round in 0..<300 {
            let stored = (1...5).map { RandomReading.stored(sequence: $0, &random) }
            let table = ReadingTable(of: stored)
            var csv: [UInt8] = []
            var lines: [UInt8] = []
            table.writeHeader(into: &csv)
            for reading in stored {
                table.writeRow(reading, into: &csv)
                reading.writeJSON(into: &lines)
                lines.append(UInt8(ascii: "\n"))
            }
            let origin = ReadingTextDecoder.Origin(machine: nil, received: TextSamples.received)
            for (bytes, format) in [(csv, ReadingTextFormat.csv), (lines, .ndjson)] {
                let result = ReadingTextDecoder().decode(bytes[...], as: format, from: origin)
                #expect(result.refusals.isEmpty)
                #expect(result.readings == stored.map(\.reading), "round \(round), \(format)")
            }
        }
    }
}
