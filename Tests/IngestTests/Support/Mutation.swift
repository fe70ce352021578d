@testable import Ingest

/// Changes a text in one to three places: bytes, pieces taken out or doubled, and tokens, which reach further.
struct Mutation {
    let tokens: [[UInt8]]

    init(tokens: [String]) {
        self.tokens = tokens.map { Array($0.utf8) }
    }

    func mutate(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
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
                let token = Int(random.next() % UInt64(self.tokens.count))
                bytes.insert(contentsOf: self.tokens[token], at: place)
            }
        }
        return bytes
    }

    /// Payloads that cover all forms of interface section 3, and pieces to make others of them.
    static let payloads = [
        #"{"rpm":1480.2,"torque":120.5,"pressure":6.02,"timestamp":"2026-11-21T09:41:26.123Z"}"#,
        #"{"ts":1763717286.123,"values":{"rpm":1,"flow":2.5e-3}}"#,
        #"[{"rpm":1,"a":2},{"torque":-0.0,"ts":1763717286123},{"pressure":1e22,"x":123456789012345678}]"#,
        #"{"machine":"x","seq":7,"rpm":null,"unit":"1\/min","ok":true,"\u00e9":[1,{"b":2}],"Temp_1":20.125}"#,
        #"{"a":0.1,"b":9007199254740993,"c":1.7976931348623157e308,"d":5e-324,"e":0.30000000000000004}"#,
        #"{"rpm":{"v":1480,"u":"rpm"},"pressure":{"value":602.5,"unit":"kPa"},"machine":"press.1","epoch":"e"}"#,
        #"[{"machine":"a","rpm":1},{"machine":"b","values":{"values":3,"torque":{"v":2}}},{"rmp":4}]"#,
    ].map { Array($0.utf8) }
    static let json = Mutation(tokens: [
        #""rpm""#, #""ts":"#, #""timestamp":"#, "1e999", "NaN", "-Infinity", "null", "true", "{", "}", "[", "]", ",",
        ":", "\\u12", "\\ud83d\\ude00", "\\ud800", "0", "00", "-", ".", "e+", "1e-7", " ", "\n", "\u{1}", "é", "\"",
        #","rpm":2"#, #","x":3"#, #","values":{"q":1}"#, "12345678901234567890", "0.1e23", "4.35", "8.5e-30",
        #"{"v":1,"u":"kPa"}"#, #","machine":"b""#, #","machine":7"#, #","seq":1"#, #""u":"#, #""v":null,"#, "\u{FEFF}",
        #","timestamp":null"#, #","ts":1e300"#, "[[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]]",
    ])
}
