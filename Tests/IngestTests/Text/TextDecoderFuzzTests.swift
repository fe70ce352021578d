import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// Mutated texts of many lines under a seed: nothing traps, every line is a reading or a refusal that says why, and a
/// recording gives what the same text gives over HTTP.
@Suite struct TextDecoderFuzzTests {
    private static let texts: [(ReadingTextFormat, String)] = [
        (
            .csv,
            "machine,seq,timestamp,received,rpm,torque,pressure,flow\r\n"
                + "a,1,2026-11-21T09:41:26.123Z,,1,2,,3\r\nb,2,,,4,,5,\r\n"
        ),
        (
            .csv,
            "ts;machine;pressure[kPa];\"no\"\"te\"\n1763717286,a;12,5;\"x;\n\"\"y\"\n1763717287123;b;-1e3;\n"
                + "# gap x\n"
        ),
        (.csv, "machine\ttimestamp\textra\na\t\t\"{\"\"a\"\":1}\"\n"),
        (
            .lineProtocol,
            "motor,machine=a,site=x\\ y rpm=1480.2,n=7i,ok=true,t=\"a \\\" b\" 1763717286123456789\n"
                + "# c\n\nb v=1u\n"
        ),
        (
            .ndjson,
            #"{"machine":"a","rpm":1}"# + "\n" + #"{"machine":"b","torque":{"v":2,"u":"Nm"}}"# + "\n"
                + #"{"gap":{"x":1}}"# + "\n"
        ),
        (.json, #"[{"machine":"a","rpm":1},{"machine":"b","rpm":"x"}]"#),
    ]
    private static let mutation = Mutation(tokens: [
        ",", ";", "\t", "\"", "\"\"", "\n", "\r\n", "#", "NaN", "1e999", "UNAVAILABLE", "-", "12,5", "1.5", " ", "=",
        "\\", "\\ ", "\\,", "i", "u", "true", "machine=", "rpm", "[kPa]", "{", "}", "\u{FEFF}", "\u{0}", "é", "\u{301}",
        "99999999999999999999", "-9223372036854775808", "2026-11-21T09:41:26Z", "\n\"", "extra", "ts",
    ])

    private static func texts(
        _ seed: UInt64, count: Int, _ body: (ReadingTextFormat, [UInt8], inout SeededRandom) throws -> Void
    ) rethrows {
        var random = SeededRandom(seed: seed)
        for round in 0..<count {
            let (format, text) = Self.texts[round % Self.texts.count]
            try body(format, Self.mutation.mutate(Array(text.utf8), &random), &random)
        }
    }

    @Test(arguments: FuzzPlan.seeds) func everyLineIsAReadingOrARefusal(seed: UInt64) throws {
        let decoder = ReadingTextDecoder()
        let machine = try #require(MachineID("a"))
        var read = 0
        Self.texts(seed, count: FuzzPlan.inputsPerSeed) { format, text, random in
            // Now and then under another name: whatever is read as whatever.
            let shown = random.next() % 8 == 0 ? ReadingTextFormat.allCases[Int(random.next() % 4)] : format
            let named = random.next() % 2 == 0 ? machine : nil
            let origin = ReadingTextDecoder.Origin(machine: named, received: TextSamples.received)
            let result = decoder.decode(text[...], as: shown, from: origin)
            PayloadDecoderFuzzTests.expectSense(of: result)
            #expect(result.indices == result.indices.sorted())
            if shown != .json, shown != .ndjson {
                // Each line once, none left out.
                let places = (result.indices + result.refusals.map(\.index)).sorted()
                #expect(places == Array(0..<places.count), "\(String(decoding: text, as: UTF8.self))")
            }
            read += result.readings.count
        }
        #expect(read > FuzzPlan.inputsPerSeed / 2, "\(read)")
    }

    /// One way cuts the lines out of a file and reads them twice, the other goes through memory.
    @Test(arguments: FuzzPlan.seeds) func aRecordingGivesTheSame(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let decoder = ReadingTextDecoder()
        var compared = 0
        try Self.texts(seed, count: 150) { format, text, _ in
            guard format == .csv || format == .ndjson else { return }
            let path = directory.path("tape")
            try Data(text).write(to: URL(fileURLWithPath: path))
            let origin = ReadingTextDecoder.Origin(machine: nil, received: TextSamples.received)
            let whole = decoder.decode(text[...], as: format, from: origin)
            guard let recording = try? ReplayRecording(try ReplayOptions(parsing: path)),
                recording.machine == nil, (recording.decoder.scanner == nil) == (format == .ndjson)
            else { return }
            var lines = RecordingLines(
                file: recording.file, scanner: recording.decoder.scanner, from: recording.dataStart)
            var (first, second) = (recording.decoder, recording.decoder)
            var metrics: [Metrics] = []
            while let line = try lines.next() {
                guard line.refusal == nil, let row = first.row(lines) else { continue }
                var again: [UInt8] = []
                try recording.file.append(line.length, at: line.offset, to: &again)
                #expect(second.row(again[...])?.metrics == row.metrics)
                if row.refusal == nil, row.machine != nil { metrics.append(row.metrics) }
            }
            compared += metrics.count
            // A line of JSON may be an array, which a recording does not have.
            if format == .csv || !text.contains(UInt8(ascii: "[")) { #expect(metrics == whole.readings.map(\.metrics)) }
        }
        #expect(compared > 20, "\(compared)")
    }
}
