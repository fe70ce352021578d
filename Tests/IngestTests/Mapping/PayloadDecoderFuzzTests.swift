import Foundation
import TelemetryCore
import Testing

@testable import Ingest

/// Mutated payloads under a seed: nothing traps, the decoder gives what the slow reference gives, the fast way and the
/// general one agree wherever the fast one gives a reading, and every refusal says why and what to do.
@Suite struct PayloadDecoderFuzzTests {
    private static func payloads(_ seed: UInt64, _ body: (inout SeededRandom, [UInt8]) throws -> Void) rethrows {
        var random = SeededRandom(seed: seed)
        for round in 0..<FuzzPlan.inputsPerSeed {
            let whole = Mutation.payloads[round % Mutation.payloads.count]
            try body(&random, Mutation.json.mutate(whole, &random))
        }
    }

    @Test(arguments: FuzzPlan.seeds) func fastAndGeneralDecoderAgree(seed: UInt64) throws {
        let decoder = PayloadDecoder()
        let origin = try PayloadDecoderTests.origin()
        var fast = DecodedPayload()
        var general = DecodedPayload()
        var bothRead = 0
        Self.payloads(seed) { _, payload in
            fast.removeAll()
            general.removeAll()
            decoder.decodeGeneral(payload[...], from: origin, into: &general)
            guard decoder.scanFlat(payload[...], from: origin, into: &fast) else {
                #expect(fast.readings.isEmpty)
                return
            }
            bothRead += 1
            guard fast != general else { return }
            Issue.record("\(String(decoding: payload, as: UTF8.self)): \(fast) and \(general)")
        }
        // The comparison is worth something only when the fast way was often taken.
        #expect(bothRead > FuzzPlan.inputsPerSeed / 25, "\(bothRead)")
    }

    @Test(arguments: FuzzPlan.seeds) func givesWhatTheReferenceGives(seed: UInt64) throws {
        let decoder = PayloadDecoder()
        let named = try PayloadDecoderTests.origin()
        let nameless = PayloadDecoder.Origin(received: PayloadDecoderTests.received)
        var read = 0
        try Self.payloads(seed) { random, payload in
            let origin = random.next() % 2 == 0 ? named : nameless
            // All refusals one by one, so that each element can be compared.
            var result = DecodedPayload(refusalsMax: .max)
            decoder.decode(payload[...], from: origin, into: &result)
            let wanted = ReferenceDecoder.decode(payload, machine: origin.machine, received: origin.received)
            var given = [Reading?](repeating: nil, count: wanted.count)
            for (reading, index) in zip(result.readings, result.indices) {
                var reading = reading
                reading.units.sort { $0.metric < $1.metric }
                try #require(index < given.count)
                given[index] = reading
            }
            let sorted = wanted.map { wanted in
                var wanted = wanted
                wanted?.units.sort { $0.metric < $1.metric }
                return wanted
            }
            read += result.readings.count
            if given != sorted { Issue.record("\(String(decoding: payload, as: UTF8.self)): \(given) and \(sorted)") }
            let refused = wanted.indices.filter { wanted[$0] == nil }
            #expect(result.refusals.map(\.index) == refused)
            Self.expectSense(of: result)
        }
        #expect(read > FuzzPlan.inputsPerSeed / 8, "\(read)")
    }

    static func expectSense(of result: DecodedPayload) {
        #expect(result.readings.count + result.refusedCount > 0)
        #expect(result.refusals.reduce(0) { $0 + $1.count } == result.refusedCount)
        for refusal in result.refusals + result.hints {
            let isLine = refusal.remedy.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            if !isLine || refusal.remedy.isEmpty || refusal.remedy.utf8.count > 256 {
                Issue.record("no remedy: \(refusal)")
            }
        }
        #expect(result.refusals.allSatisfy { !$0.reason.isHint } && result.hints.allSatisfy(\.reason.isHint))
        #expect(result.readings.allSatisfy { !$0.metrics.isEmpty })
    }

    /// What is written as JSON reads back as it was, under a topic and by the name in it.
    @Test(arguments: FuzzPlan.seeds) func readsBackWhatIsWritten(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let decoder = PayloadDecoder()
        for round in 1...200 {
            let stored = RandomReading.stored(sequence: round, &random)
            var bytes: [UInt8] = []
            stored.writeJSON(into: &bytes)
            var origin = PayloadDecoder.Origin(received: stored.reading.received)
            if round % 2 == 0 { origin.machine = stored.reading.machine }
            var result = DecodedPayload()
            decoder.decode(bytes[...], from: origin, into: &result)
            #expect(result.readings == [stored.reading], "\(stored.json)")
        }
    }

    @Test(arguments: FuzzPlan.seeds) func numbersAreRoundedCorrectly(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<FuzzPlan.inputsPerSeed {
            let digits = String(random.next()).prefix(1 + Int(random.next() % 20))
            let point = Int(random.next() % UInt64(digits.count)) + 1
            var text = String(digits.prefix(point))
            if point < digits.count { text += "." + digits.dropFirst(point) }
            if random.next() % 2 == 0 { text += "e\(Int(random.next() % 60) - 30)" }
            if text.hasPrefix("0"), text.count > 1, !text.hasPrefix("0."), !text.hasPrefix("0e") { continue }
            let expected = try #require(Double(text))
            let read = Array("{\"rpm\":\(text)}".utf8).withUnsafeBufferPointer { bytes -> Double? in
                var scanner = FlatObjectScanner(bytes)
                return scanner?.object()?.metrics.rpm
            }
            #expect(read == expected, "\(text)")
        }
    }

    /// Not the other way round: Foundation takes more than RFC 8259, for example `{"a":1,}`.
    @Test(arguments: FuzzPlan.seeds) func whatWeTakeForJSONFoundationTakes(seed: UInt64) {
        Self.payloads(seed) { _, payload in
            // Where Foundation takes less: numbers out of range, lone surrogates.
            let text = String(decoding: payload, as: UTF8.self)
            if text.contains("\\u") || text.contains(#/[eE][+-]?\d{3}|e-/#) { return }
            guard (try? JSONParser.parse(payload[...])) != nil else { return }
            let theirs = (try? JSONSerialization.jsonObject(with: Data(payload), options: .fragmentsAllowed)) != nil
            #expect(theirs, "\(text)")
        }
    }
}
