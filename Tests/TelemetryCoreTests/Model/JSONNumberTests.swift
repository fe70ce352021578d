import Foundation
import TelemetryCore
import Testing

@Suite struct JSONNumberTests {
    private func text(_ number: Double) -> String {
        var bytes: [UInt8] = []
        JSONNumber.write(number, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            (0, "0"), (-0.0, "-0"), (1, "1"), (-1, "-1"), (10, "10"), (1480.2, "1480.2"), (0.1, "0.1"),
            (-0.001, "-0.001"), (6.02, "6.02"), (1e15, "1000000000000000"), (9_007_199_254_740_991, "9007199254740991"),
            (1e22, "1e+22"), (1e-7, "1e-07"), (.leastNonzeroMagnitude, "5e-324"), (0.1 + 0.2, "0.30000000000000004"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (100.5, "100.5"),
        ] as [(Double, String)])
    func writes(number: Double, text: String) {
        #expect(self.text(number) == text)
    }

    @Test(arguments: [(0, "0"), (42, "42"), (-7, "-7"), (Int64.max, "9223372036854775807")] as [(Int64, String)])
    func writesIntegers(number: Int64, text: String) {
        var bytes = Array("x".utf8)
        JSONNumber.write(number, into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "x" + text)
    }

    @Test func theLowestIntegerHasNoPositiveTwin() {
        var bytes: [UInt8] = []
        JSONNumber.write(Int64.min, into: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "-9223372036854775808")
    }

    @Test func fewDecimalsAreWrittenAsSwiftWritesThem() {
        var random = SeededRandom(seed: 3)
        for round in 0..<20_000 {
            let magnitude = Double(random.next() >> UInt64(14 + round % 50))
            for divisor in [10.0, 100, 1000, 10_000] {
                let number = (round.isMultiple(of: 2) ? 1 : -1) * magnitude / divisor
                guard number.rounded() != number else { continue }
                #expect(self.text(number) == number.description)
            }
        }
    }

    @Test func anyDoubleReadsBack() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<5_000 {
            let number = Double(bitPattern: random.next())
            guard number.isFinite else { continue }
            let text = self.text(number)
            #expect(Double(text)?.bitPattern == number.bitPattern)
            #expect(!text.hasSuffix(".0"))
            let parsed = try JSONSerialization.jsonObject(with: Data("[\(text)]".utf8)) as? [NSNumber]
            #expect(parsed?.count == 1)
        }
    }
}
