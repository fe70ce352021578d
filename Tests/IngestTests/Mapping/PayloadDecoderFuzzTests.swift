import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// Mutated payloads under a seed: nothing traps, the fast decoder and the general one agree wherever the fast one gives
/// a reading, and JSON is what Foundation takes for JSON.
@Suite struct PayloadDecoderFuzzTests {
    static let seeds: [String] = [
        #"{"rpm":1480.2,"torque":120.5,"pressure":6.02,"timestamp":"2026-11-21T09:41:26.123Z"}"#,
        #"{"ts":1763717286.123,"values":{"rpm":1,"flow":2.5e-3}}"#,
        #"[{"rpm":1,"a":2},{"torque":-0.0,"ts":1763717286123},{"pressure":1e22,"x":123456789012345678}]"#,
        #"{"machine":"x","seq":7,"rpm":null,"unit":"1\/min","ok":true,"\u00e9":[1,{"b":2}],"Temp_1":20.125}"#,
        #"{"a":0.1,"b":9007199254740993,"c":1.7976931348623157e308,"d":5e-324,"e":0.30000000000000004}"#,
    ]
    /// Inserted whole: they reach further than single bytes.
    static let tokens: [String] = [
        #""rpm""#, #""ts":"#, #""timestamp":"#, "1e999", "NaN", "-Infinity", "null", "true", "{", "}", "[", "]", ",",
        ":",
        "\\u12", "\\ud83d\\ude00", "\\ud800", "0", "00", "-", ".", "e+", "1e-7", " ", "\n", "\u{1}", "é", "\"",
        #","rpm":2"#, #","x":3"#, #","values":{"q":1}"#, "12345678901234567890", "0.1e23", "4.35", "8.5e-30",
    ]

    static func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(1 + random.next() % 3) {
            let place = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
            switch random.next() % 6 {
            case 0 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1 where !bytes.isEmpty: bytes.remove(at: place)
            case 2 where !bytes.isEmpty: bytes.removeSubrange(place..<min(bytes.count, place + 4))
            case 3 where !bytes.isEmpty: bytes[place] = UInt8(ascii: "0") + UInt8(random.next() % 10)
            case 4 where !bytes.isEmpty:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 12)], at: place)
            default:
                bytes.insert(
                    contentsOf: Array(Self.tokens[Int(random.next() % UInt64(Self.tokens.count))].utf8), at: place)
            }
        }
        return bytes
    }

    @Test func fastAndGeneralDecoderAgree() throws {
        var random = SeededRandom(seed: 20_261_121)
        let decoder = PayloadDecoder()
        let origin = try PayloadDecoderTests.origin()
        var fast = DecodedPayload()
        var general = DecodedPayload()
        var bothRead = 0
        for round in 0..<120_000 {
            let payload = Self.mutate(Array(Self.seeds[round % Self.seeds.count].utf8), &random)
            fast.removeAll()
            general.removeAll()
            decoder.decodeGeneral(payload[...], from: origin, into: &general)
            #expect(general.readings.count + general.refusedCount > 0)
            guard decoder.scanFlat(payload[...], from: origin, into: &fast) else {
                #expect(fast.readings.isEmpty)
                continue
            }
            bothRead += 1
            guard fast != general else { continue }
            Issue.record("\(String(decoding: payload, as: UTF8.self)): \(fast) and \(general)")
        }
        // The comparison is worth something only when the fast way was often taken.
        #expect(bothRead > 10_000, "\(bothRead)")
    }

    @Test func numbersAreRoundedCorrectly() throws {
        var random = SeededRandom(seed: 4)
        for _ in 0..<50_000 {
            let digits = String(random.next()).prefix(1 + Int(random.next() % 20))
            let point = Int(random.next() % UInt64(digits.count)) + 1
            var text = String(digits.prefix(point))
            if point < digits.count { text += "." + digits.dropFirst(point) }
            if random.next() % 2 == 0 { text += "e\(Int(random.next() % 60) - 30)" }
            if text.hasPrefix("0"), text.count > 1, !text.hasPrefix("0."), !text.hasPrefix("0e") { continue }
            var scanner = FlatObjectScanner(Array("{\"rpm\":\(text)}".utf8)[...])
            let expected = try #require(Double(text))
            #expect(scanner.object()?.metrics.rpm == expected, "\(text)")
        }
    }

    @Test func agreesWithFoundationOnWhatIsJSON() {
        var random = SeededRandom(seed: 99)
        for round in 0..<20_000 {
            let payload = Self.mutate(Array(Self.seeds[round % Self.seeds.count].utf8), &random)
            // Where Foundation differs from RFC 8259 or from us on purpose: numbers out of range, lone surrogates.
            let text = String(decoding: payload, as: UTF8.self)
            if text.contains("\\u") || text.contains(#/[eE][+-]?\d{3}|e-/#) { continue }
            let ours = (try? JSONParser.parse(payload[...])) != nil
            let theirs = (try? JSONSerialization.jsonObject(with: Data(payload), options: .fragmentsAllowed)) != nil
            #expect(ours == theirs, "\(text)")
        }
    }
}
