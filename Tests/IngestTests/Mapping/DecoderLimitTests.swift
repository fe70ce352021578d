import Glibc
import TelemetryCore
import Testing

@testable import Ingest

/// What a sender can blow up within 64 KiB: the number of metrics, and keys.
@Suite struct DecoderLimitTests {
    private static let limit = TelemetryCore.Limits.extraMetricsMax
    private let decoder = PayloadDecoder()

    private func members(_ range: Range<Int>) -> String {
        range.map { "\"m\($0)\":\($0)" }.joined(separator: ",")
    }

    /// What the fast decoder says (nil: left to the general one) and what the general one says.
    private func both(_ payload: String) throws -> (fast: DecodedPayload?, general: DecodedPayload) {
        let bytes = Array(payload.utf8)[...]
        let origin = try PayloadDecoderTests.origin()
        var fast = DecodedPayload()
        var general = DecodedPayload()
        let isRead = self.decoder.scanFlat(bytes, from: origin, into: &fast)
        self.decoder.decodeGeneral(bytes, from: origin, into: &general)
        return (isRead ? fast : nil, general)
    }

    @Test func takesUpToItsLimitOfExtraMetrics() throws {
        let full = self.members(0..<Self.limit)
        for payload in ["{\(full)}", #"{"rpm":1,\#(full),"torque":2}"#, "{\(full),\(full)}"] {
            let (fast, general) = try self.both(payload)
            #expect(general.refusals.isEmpty)
            #expect(general.readings.map(\.metrics.extra.count) == [Self.limit])
            #expect(fast == general)
        }
        let nested = try PayloadDecoderTests.decode(#"{"m0":7,"values":{\#(full)}}"#)
        #expect(nested.readings.map(\.metrics.extra.count) == [Self.limit])
    }

    @Test func refusesOneMoreWhicheverWayItIsRead() throws {
        let more = self.members(0..<(Self.limit + 1))
        let duplicated = self.members(0..<Self.limit) + "," + self.members(1..<(Self.limit + 1))
        for payload in [
            "{\(more)}", "{\(duplicated)}", #"{"ts":5,"values":{\#(more)}}"#, "{\(self.members(0..<5_000))}",
        ] {
            let (fast, general) = try self.both(payload)
            #expect(fast == nil)
            #expect(general.readings.isEmpty)
            #expect(general.refusals.map(\.reason) == [.tooManyMetrics])
            #expect(general.refusals.first?.remedy.contains("more than \(Self.limit) metrics") == true)
        }
        // Within an array only the element itself.
        let array = try PayloadDecoderTests.decode(#"[{"rpm":1},{\#(more)},{"rpm":2}]"#)
        #expect(array.readings.map(\.metrics.rpm) == [1, 2])
        #expect(array.refusals.map(\.index) == [1])
    }

    /// Around the limit, with names that come again: either both read the same, or neither reads anything.
    @Test func bothDecodersAgreeAboutTheNumber() throws {
        var random = SeededRandom(seed: 64)
        var read = 0
        for _ in 0..<400 {
            let count = Self.limit - 4 + Int(random.next() % 24)
            let members = (0..<count).map { _ in "\"m\(random.next() % 160)\":\(random.next() % 100)" }
            let (fast, general) = try self.both("{" + members.joined(separator: ",") + "}")
            #expect((fast == nil) == general.readings.isEmpty)
            guard let fast else { continue }
            read += 1
            #expect(fast == general)
        }
        #expect(read > 40 && read < 360, "\(read)")
    }

    /// 64 KiB of combining marks in one key: hashed or compared as text, each payload would take seconds.
    @Test func longKeysCostNothing() throws {
        let marks = String(repeating: "\u{0301}\u{0323}", count: 15_000)
        let payload = #"{"a\#(marks)":1,"b":"x","a":2}"#
        let start = Self.processorSeconds
        for _ in 0..<8 {
            #expect(try PayloadDecoderTests.decode(payload).readings.map(\.metrics.extra.count) == [1])
        }
        #expect(Self.processorSeconds - start < 4)
    }

    /// Of this thread: other tests that run beside this one do not count.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    @Test(arguments: [
        String(repeating: "k", count: 60_000), "a" + String(repeating: "\u{0301}", count: 30_000),
        #"a\n\r\u0000b"#, "a\u{2028}b\u{202E}c\u{85}",
    ])
    func aRemedyIsOneShortLine(key: String) throws {
        for value in ["1", #""x""#, "[]"] {
            let refusals = try PayloadDecoderTests.decode("{\"\(key)\":\(value)}").refusals
            let remedy = try #require(refusals.first?.remedy)
            #expect(remedy.utf8.count <= TelemetryCore.Limits.rejectionRemedyBytesMax)
            #expect(remedy.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(remedy)")
        }
    }
}
