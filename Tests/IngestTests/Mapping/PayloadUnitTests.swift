import TelemetryCore
import Testing

@testable import Ingest

/// A value with its unit, a machine named in the object, and what may stand around the JSON.
@Suite struct PayloadUnitTests {
    private func units(_ payload: String) throws -> [String] {
        try PayloadDecoderTests.decode(payload).readings.flatMap(\.units).map { "\($0.metric)=\($0.symbol)" }
    }

    @Test(arguments: [
        (#"{"rpm":{"v":1480,"u":"rpm"}}"#, #","rpm":1480"#, ["rpm=rpm"]),
        (#"{"pressure":{"value":602.5,"unit":"kPa"},"rpm":1}"#, #","rpm":1,"pressure":602.5"#, ["pressure=kPa"]),
        (#"{"values":{"torque":{"u":"Nm","v":-0.5}}}"#, #","torque":-0.5"#, ["torque=Nm"]),
        (#"{"flow":{"v":3,"u":"l\/min","q":192}}"#, #","flow":3"#, ["flow=l/min"]),
        (#"{"rpm":{"v":1}}"#, #","rpm":1"#, []),
        (#"{"rpm":{"v":1,"u":null}}"#, #","rpm":1"#, []),
        (#"{"rpm":{"v":1,"u":"Hz"},"rpm":2}"#, #","rpm":2"#, []),
        (#"{"rpm":1,"values":{"rpm":{"v":3,"u":"Hz"}}}"#, #","rpm":3"#, ["rpm=Hz"]),
        (#"{"rpm":{"v":1,"u":"Hz"},"values":{"rpm":4}}"#, #","rpm":4"#, []),
        (#"{"rpm":{"v":1,"v":2,"u":"a","u":"b"}}"#, #","rpm":2"#, ["rpm=b"]),
        (#"{"torque":1,"rpm":{"unit":"Hz"}}"#, #","torque":1"#, []),
    ])
    func readsValuesWithUnits(payload: String, metrics: String, units: [String]) throws {
        let result = try PayloadDecoderTests.decode(payload)
        #expect(result.refusals.isEmpty)
        #expect(result.readings.map(PayloadDecoderTests.json) == [PayloadDecoderTests.stamp + metrics])
        #expect(try self.units(payload) == units)
    }

    @Test(arguments: [
        (#"{"rpm":{"v":1,"u":7}}"#, RejectionReason.unknownUnit, "the unit of `rpm` is a number"),
        (#"{"rpm":{"v":1,"u":"\#(String(repeating: "x", count: 33))"}}"#, .unknownUnit, "more than 32 bytes"),
        (#"{"rpm":{"v":1e999,"u":"rpm"}}"#, .notFinite, "`rpm`"),
        (#"{"rpm":{"v":"1480","u":"rpm"}}"#, .noNumber, "`rpm` is not a number but an object"),
        (#"{"rpm":{"v":null,"u":"rpm"}}"#, .noNumber, "an object"),
        (#"{"rpm":{"v":{"v":1}}}"#, .noNumber, "an object"),
    ])
    func refusesValuesWithUnits(payload: String, reason: RejectionReason, remedy: String) throws {
        let result = try PayloadDecoderTests.decode(payload)
        #expect(result.readings.isEmpty)
        #expect(result.refusals.map(\.reason) == [reason])
        #expect(result.refusals.first?.remedy.contains(remedy) == true, "\(result.refusals)")
    }

    @Test(arguments: ["\u{FEFF}", " \t\r\n", "\u{FEFF}\r\n "])
    func takesWhatMayStandAroundIt(before: String) throws {
        for text in [#"{"rpm":1}"#, #"{"rpm":1,"note":"x"}"#, #"[{"rpm":1}]"#] {
            let result = try PayloadDecoderTests.decode(before + text + "\r\n")
            #expect(result.readings.map(\.metrics.rpm) == [1])
        }
        // A mark within, or twice, is no white space.
        #expect(try PayloadDecoderTests.decode("\u{FEFF}\u{FEFF}{\"rpm\":1}").refusals.map(\.reason) == [.notJSON])
        #expect(try PayloadDecoderTests.decode("\u{FEFF}").refusals.first?.remedy.contains("empty") == true)
    }

    private func decodeNameless(_ payload: String) -> DecodedPayload {
        var result = DecodedPayload()
        let origin = PayloadDecoder.Origin(received: PayloadDecoderTests.received)
        PayloadDecoder().decode(Array(payload.utf8)[...], from: origin, into: &result)
        return result
    }

    @Test func anObjectNamesItsMachineWhereNothingElseDoes() throws {
        let line = #"{"machine":"press.1","seq":7,"timestamp":"2026-11-21T09:41:26.123Z","rpm":1}"#
        #expect(self.decodeNameless(line).readings.map(\.machine.name) == ["press.1"])
        #expect(self.decodeNameless(#"{"rpm":{"v":1},"machine":"a"}"#).readings.map(\.machine.name) == ["a"])
        #expect(try PayloadDecoderTests.decode(line).readings.map(\.machine.name) == ["m"])
        let array = self.decodeNameless(#"[{"rpm":1,"machine":"a"},{"rpm":2},{"rpm":3,"machine":"b"}]"#)
        #expect(array.readings.map(\.machine.name) == ["a", "b"])
        #expect(array.indices == [0, 2])
        #expect(array.refusals.map(\.index) == [1])
    }

    @Test(arguments: [
        #"{"rpm":1}"#, #"{"rpm":1,"machine":".a"}"#, #"{"rpm":1,"machine":7}"#, #"{"machine":"","rpm":1}"#,
    ])
    func refusesAReadingOfNobody(payload: String) {
        let result = self.decodeNameless(payload)
        #expect(result.readings.isEmpty)
        #expect(result.refusals.map(\.reason) == [.badMachineName])
    }
}
